#define XXH_INLINE_ALL
#include <xxhash.h>
#include "rollcall_hash.h"

rollcall_digest128 rollcall_hash128(const void *bytes, size_t length, uint64_t seed) {
    XXH128_hash_t h = XXH3_128bits_withSeed(bytes, length, seed);
    return (rollcall_digest128){ h.low64, h.high64 };
}

uint64_t rollcall_hash64(const void *bytes, size_t length, uint64_t seed) {
    return XXH3_64bits_withSeed(bytes, length, seed);
}
