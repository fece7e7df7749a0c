/* The little of libcrypto that a connector signs with: a certificate's fingerprint and end, and RSA-PSS over SHA-256
 * (PS256). libcurl brings the library along anyway. Nothing is kept between calls, and nothing of a key is copied
 * anywhere but into libcrypto, which wipes it. */
#ifndef ROLLCALL_SIGNING_H
#define ROLLCALL_SIGNING_H

#include <stddef.h>
#include <stdint.h>

enum {
    ROLLCALL_SIGNED = 0,
    ROLLCALL_NO_CERTIFICATE = 1, /* not a certificate in PEM */
    ROLLCALL_NO_KEY = 2,         /* not a private key in PEM, or locked by a passphrase */
    ROLLCALL_NOT_RSA = 3,
    ROLLCALL_NO_PAIR = 4,        /* the key is not that of the certificate */
    ROLLCALL_NOT_SIGNED = 5
};

/* Of the first certificate in the text: SHA-256 of its DER, and the second (Unix time) at which it ends. */
int rollcall_certificate(const void *pem, size_t length, uint8_t sha256[32], int64_t *end);

/* Signs with the key, which must be that of the certificate. The signature has at most 1024 bytes. */
int rollcall_ps256(const void *certificate, size_t certificate_length, const void *key, size_t key_length,
                   const void *message, size_t message_length, uint8_t signature[1024], size_t *signature_length);

#endif
