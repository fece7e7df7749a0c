/* libcurl with typed entries: curl_easy_setopt and curl_easy_getinfo are variadic, which Swift cannot call. */
#ifndef ROLLCALL_CURL_H
#define ROLLCALL_CURL_H
#include <curl/curl.h>
#endif
