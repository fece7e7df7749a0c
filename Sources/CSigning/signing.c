#include "rollcall_signing.h"

#include <limits.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <time.h>

static BIO *text(const void *bytes, size_t length) {
    return length > 0 && length <= INT_MAX ? BIO_new_mem_buf(bytes, (int)length) : NULL;
}

static X509 *certificate(const void *pem, size_t length) {
    BIO *bio = text(pem, length);
    X509 *found = bio ? PEM_read_bio_X509(bio, NULL, NULL, NULL) : NULL;
    BIO_free(bio);
    return found;
}

/* Without this, libcrypto would ask for the passphrase at a terminal. */
static int no_passphrase(char *buffer, int size, int writing, void *context) {
    (void)buffer, (void)size, (void)writing, (void)context;
    return -1;
}

static EVP_PKEY *private_key(const void *pem, size_t length) {
    BIO *bio = text(pem, length);
    EVP_PKEY *found = bio ? PEM_read_bio_PrivateKey(bio, NULL, no_passphrase, NULL) : NULL;
    BIO_free(bio);
    return found;
}

int rollcall_certificate(const void *pem, size_t length, uint8_t sha256[32], int64_t *end) {
    X509 *found = certificate(pem, length);
    unsigned int size = 32;
    struct tm when;
    if (!found) return ROLLCALL_NO_CERTIFICATE;
    int fine = X509_digest(found, EVP_sha256(), sha256, &size) && ASN1_TIME_to_tm(X509_get0_notAfter(found), &when);
    if (fine) *end = (int64_t)timegm(&when);
    X509_free(found);
    return fine ? ROLLCALL_SIGNED : ROLLCALL_NO_CERTIFICATE;
}

int rollcall_ps256(const void *certificate_pem, size_t certificate_length, const void *key_pem, size_t key_length,
                   const void *message, size_t message_length, uint8_t signature[1024], size_t *signature_length) {
    int result = ROLLCALL_NOT_SIGNED;
    X509 *owner = certificate(certificate_pem, certificate_length);
    EVP_PKEY *key = private_key(key_pem, key_length);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    EVP_PKEY_CTX *padding = NULL; /* belongs to the context */
    if (!owner) result = ROLLCALL_NO_CERTIFICATE;
    else if (!key) result = ROLLCALL_NO_KEY;
    else if (EVP_PKEY_base_id(key) != EVP_PKEY_RSA) result = ROLLCALL_NOT_RSA;
    else if (X509_check_private_key(owner, key) != 1) result = ROLLCALL_NO_PAIR;
    else if (context && EVP_PKEY_size(key) <= 1024 && EVP_DigestSignInit(context, &padding, EVP_sha256(), NULL, key) == 1
             && EVP_PKEY_CTX_set_rsa_padding(padding, RSA_PKCS1_PSS_PADDING) == 1
             && EVP_PKEY_CTX_set_rsa_pss_saltlen(padding, 32) == 1) {
        *signature_length = 1024;
        if (EVP_DigestSign(context, signature, signature_length, message, message_length) == 1) result = ROLLCALL_SIGNED;
    }
    EVP_MD_CTX_free(context);
    EVP_PKEY_free(key);
    X509_free(owner);
    return result;
}
