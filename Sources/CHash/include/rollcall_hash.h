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

/* The same 128 bits (seed 0) of bytes that come piece by piece. new may return NULL; the others take that. */
typedef struct rollcall_hash_stream rollcall_hash_stream;
rollcall_hash_stream *rollcall_hash_stream_new(void);
void rollcall_hash_stream_add(rollcall_hash_stream *stream, const void *bytes, size_t length);
rollcall_digest128 rollcall_hash_stream_digest(const rollcall_hash_stream *stream);
void rollcall_hash_stream_free(rollcall_hash_stream *stream);
#endif
