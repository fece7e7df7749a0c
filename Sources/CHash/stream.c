#define XXH_INLINE_ALL
#include <xxhash.h>
#include "rollcall_hash.h"

rollcall_hash_stream *rollcall_hash_stream_new(void) {
    XXH3_state_t *state = XXH3_createState();
    if (state) XXH3_128bits_reset(state);
    return (rollcall_hash_stream *)state;
}

void rollcall_hash_stream_add(rollcall_hash_stream *stream, const void *bytes, size_t length) {
    if (stream && length) XXH3_128bits_update((XXH3_state_t *)stream, bytes, length);
}

rollcall_digest128 rollcall_hash_stream_digest(const rollcall_hash_stream *stream) {
    if (!stream) return (rollcall_digest128){ 0, 0 };
    XXH128_hash_t h = XXH3_128bits_digest((const XXH3_state_t *)stream);
    return (rollcall_digest128){ h.low64, h.high64 };
}

void rollcall_hash_stream_free(rollcall_hash_stream *stream) { XXH3_freeState((XXH3_state_t *)stream); }
