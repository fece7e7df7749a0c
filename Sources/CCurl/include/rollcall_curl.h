/* libcurl with typed entries: curl_easy_setopt and curl_easy_getinfo are variadic, which Swift cannot call. One entry
 * for each kind of argument; an entry given an option of another kind answers CURLE_BAD_FUNCTION_ARGUMENT and does
 * nothing, since libcurl itself would read the wrong type off the stack. */
#ifndef ROLLCALL_CURL_H
#define ROLLCALL_CURL_H

#include <curl/curl.h>
#include <stddef.h>

/* Bytes that go out or come in: curl's read, write and header callbacks. */
typedef size_t (*rollcall_curl_data)(char *bytes, size_t size, size_t count, void *context);
typedef int (*rollcall_curl_progress)(void *context, curl_off_t total, curl_off_t now, curl_off_t up, curl_off_t uploaded);
typedef curl_socket_t (*rollcall_curl_open_socket)(void *context, curlsocktype purpose, struct curl_sockaddr *address);
typedef int (*rollcall_curl_debug)(CURL *handle, curl_infotype type, char *bytes, size_t length, void *context);
typedef int (*rollcall_curl_host_key)(CURL *handle, const struct curl_khkey *known, const struct curl_khkey *found,
                                      enum curl_khmatch match, void *context);

CURLcode rollcall_curl_start(void);   /* curl_global_init, once a process */
const char *rollcall_curl_version(void);
int rollcall_curl_supports(const char *scheme);   /* 1 if this libcurl speaks it */

CURLcode rollcall_curl_set_long(CURL *handle, CURLoption option, long value);
CURLcode rollcall_curl_set_offset(CURL *handle, CURLoption option, curl_off_t value);
CURLcode rollcall_curl_set_string(CURL *handle, CURLoption option, const char *value);   /* copied; NULL resets */
CURLcode rollcall_curl_set_list(CURL *handle, CURLoption option, struct curl_slist *list);   /* not copied */
CURLcode rollcall_curl_set_pointer(CURL *handle, CURLoption option, void *value);   /* contexts, buffers */

CURLcode rollcall_curl_on_write(CURL *handle, rollcall_curl_data callback, void *context);
CURLcode rollcall_curl_on_read(CURL *handle, rollcall_curl_data callback, void *context);
CURLcode rollcall_curl_on_header(CURL *handle, rollcall_curl_data callback, void *context);
CURLcode rollcall_curl_on_progress(CURL *handle, rollcall_curl_progress callback, void *context);
CURLcode rollcall_curl_on_open_socket(CURL *handle, rollcall_curl_open_socket callback, void *context);
CURLcode rollcall_curl_on_debug(CURL *handle, rollcall_curl_debug callback, void *context);
CURLcode rollcall_curl_on_host_key(CURL *handle, rollcall_curl_host_key callback, void *context);

long rollcall_curl_get_long(CURL *handle, CURLINFO info);               /* 0 where there is none */
curl_off_t rollcall_curl_get_offset(CURL *handle, CURLINFO info);       /* -1 where there is none */
const char *rollcall_curl_get_string(CURL *handle, CURLINFO info);      /* NULL where there is none */

#endif
