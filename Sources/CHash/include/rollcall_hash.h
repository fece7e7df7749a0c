/* Fast digests of bytes that come from a directory, to find out whether a record has changed. Not for secrets. */
#ifndef ROLLCALL_HASH_H
#define ROLLCALL_HASH_H
#include <stddef.h>
#include <stdint.h>

typedef struct { uint64_t low, high; } rollcall_digest128;

/* XXH3, 128 bits, the same on every machine. */
rollcall_digest128 rollcall_hash128(const void *bytes, size_t length, uint64_t seed);
/* XXH3, 64 bits; give a random seed where the bytes are hostile. */
uint64_t rollcall_hash64(const void *bytes, size_t length, uint64_t seed);
#endif
