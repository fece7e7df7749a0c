#include "rollcall_curl.h"

#include <pthread.h>
#include <string.h>

#undef curl_easy_setopt
#undef curl_easy_getinfo

static pthread_once_t once = PTHREAD_ONCE_INIT;
static CURLcode started;

static void start(void) { started = curl_global_init(CURL_GLOBAL_DEFAULT); }

CURLcode rollcall_curl_start(void) {
    pthread_once(&once, start);
    return started;
}

const char *rollcall_curl_version(void) { return curl_version_info(CURLVERSION_NOW)->version; }

int rollcall_curl_supports(const char *scheme) {
    const char *const *names = curl_version_info(CURLVERSION_NOW)->protocols;
    for (; *names; names++)
        if (strcmp(*names, scheme) == 0) return 1;
    return 0;
}

/* libcurl numbers an option by the kind of its argument: long, object, function, offset, blob; 10,000 apart. */
static int is_kind(CURLoption option, int kind) { return (int)option / 10000 == kind; }

CURLcode rollcall_curl_set_long(CURL *handle, CURLoption option, long value) {
    return is_kind(option, 0) ? curl_easy_setopt(handle, option, value) : CURLE_BAD_FUNCTION_ARGUMENT;
}

CURLcode rollcall_curl_set_offset(CURL *handle, CURLoption option, curl_off_t value) {
    return is_kind(option, 3) ? curl_easy_setopt(handle, option, value) : CURLE_BAD_FUNCTION_ARGUMENT;
}

CURLcode rollcall_curl_set_string(CURL *handle, CURLoption option, const char *value) {
    return is_kind(option, 1) ? curl_easy_setopt(handle, option, value) : CURLE_BAD_FUNCTION_ARGUMENT;
}

CURLcode rollcall_curl_set_list(CURL *handle, CURLoption option, struct curl_slist *list) {
    return is_kind(option, 1) ? curl_easy_setopt(handle, option, list) : CURLE_BAD_FUNCTION_ARGUMENT;
}

CURLcode rollcall_curl_set_pointer(CURL *handle, CURLoption option, void *value) {
    return is_kind(option, 1) ? curl_easy_setopt(handle, option, value) : CURLE_BAD_FUNCTION_ARGUMENT;
}

#define CALLBACK(name, type, function, data)                                             \
    CURLcode name(CURL *handle, type callback, void *context) {                          \
        CURLcode code = curl_easy_setopt(handle, function, callback);                    \
        return code != CURLE_OK ? code : curl_easy_setopt(handle, data, context);        \
    }

CALLBACK(rollcall_curl_on_write, rollcall_curl_data, CURLOPT_WRITEFUNCTION, CURLOPT_WRITEDATA)
CALLBACK(rollcall_curl_on_read, rollcall_curl_data, CURLOPT_READFUNCTION, CURLOPT_READDATA)
CALLBACK(rollcall_curl_on_header, rollcall_curl_data, CURLOPT_HEADERFUNCTION, CURLOPT_HEADERDATA)
CALLBACK(rollcall_curl_on_progress, rollcall_curl_progress, CURLOPT_XFERINFOFUNCTION, CURLOPT_XFERINFODATA)
CALLBACK(rollcall_curl_on_open_socket, rollcall_curl_open_socket, CURLOPT_OPENSOCKETFUNCTION, CURLOPT_OPENSOCKETDATA)
CALLBACK(rollcall_curl_on_debug, rollcall_curl_debug, CURLOPT_DEBUGFUNCTION, CURLOPT_DEBUGDATA)
CALLBACK(rollcall_curl_on_host_key, rollcall_curl_host_key, CURLOPT_SSH_KEYFUNCTION, CURLOPT_SSH_KEYDATA)

long rollcall_curl_get_long(CURL *handle, CURLINFO info) {
    long value = 0;
    if ((info & CURLINFO_TYPEMASK) != CURLINFO_LONG) return 0;
    return curl_easy_getinfo(handle, info, &value) == CURLE_OK ? value : 0;
}

curl_off_t rollcall_curl_get_offset(CURL *handle, CURLINFO info) {
    curl_off_t value = -1;
    if ((info & CURLINFO_TYPEMASK) != CURLINFO_OFF_T) return -1;
    return curl_easy_getinfo(handle, info, &value) == CURLE_OK ? value : -1;
}

const char *rollcall_curl_get_string(CURL *handle, CURLINFO info) {
    char *value = NULL;
    if ((info & CURLINFO_TYPEMASK) != CURLINFO_STRING) return NULL;
    return curl_easy_getinfo(handle, info, &value) == CURLE_OK ? value : NULL;
}
