/* SPDX-License-Identifier: GPL-2.0-only */
/* The digests and patterns of SPEC.md, "Digests". */
#ifndef DMD_DIGEST_H
#define DMD_DIGEST_H

#ifdef __KERNEL__
#include <linux/types.h>
#include <linux/string.h>
#else
#include <stdint.h>
#include <string.h>
#endif

#define DMD_K1 0x9E3779B97F4A7C15ull
#define DMD_K2 0xD6E8FEB86659FD93ull
#define DMD_K3 0xC2B2AE3D27D4EB4Full
#define DMD_LANES 4
#define DMD_BLOCK_BYTES 32

/* A digest in the making, fed with 64-bit words or with bytes. */
struct dmd_digest {
	uint64_t lanes[DMD_LANES];
	uint64_t bytes;
};

static inline uint64_t dmd_rotl(uint64_t value, unsigned int bits)
{
	return value << bits | value >> (64 - bits);
}

static inline void dmd_digest_begin(struct dmd_digest *digest, uint64_t before)
{
	for (unsigned int i = 0; i < DMD_LANES; i++)
		digest->lanes[i] = before ^ (DMD_K1 * (i + 1));
	digest->bytes = 0;
}

static inline void dmd_digest_lane(struct dmd_digest *digest, unsigned int i,
				   uint64_t word)
{
	digest->lanes[i] = dmd_rotl((digest->lanes[i] ^ word) * DMD_K2, 31);
}

/* Adds one word; words and bytes must not be mixed in one digest. */
static inline void dmd_digest_word(struct dmd_digest *digest, uint64_t word)
{
	dmd_digest_lane(digest, digest->bytes / 8 % DMD_LANES, word);
	digest->bytes += 8;
}

static inline uint64_t dmd_digest_finish(const struct dmd_digest *digest,
					 uint64_t length)
{
	uint64_t r = length * DMD_K3;

	for (unsigned int i = 0; i < DMD_LANES; i++)
		r = dmd_rotl(r ^ digest->lanes[i], 27) * DMD_K1 + DMD_K2;
	r ^= r >> 29;
	r *= DMD_K3;
	r ^= r >> 32;
	return r ? r : 1;
}

/* Ends a digest of words: the last block is padded with zero words. */
static inline uint64_t dmd_digest_end(struct dmd_digest *digest)
{
	uint64_t length = digest->bytes;

	while (digest->bytes % DMD_BLOCK_BYTES)
		dmd_digest_word(digest, 0);
	return dmd_digest_finish(digest, length);
}

static inline uint64_t dmd_load(const uint8_t *bytes)
{
	uint64_t word;

	__builtin_memcpy(&word, bytes, sizeof(word));
	return word;
}

static inline uint64_t dmd_digest_bytes(uint64_t before, const void *data,
					uint64_t length)
{
	const uint8_t *bytes = data;
	struct dmd_digest digest;
	uint64_t left = length;

	dmd_digest_begin(&digest, before);
	for (; left >= DMD_BLOCK_BYTES; left -= DMD_BLOCK_BYTES) {
		for (unsigned int i = 0; i < DMD_LANES; i++)
			dmd_digest_lane(&digest, i, dmd_load(bytes + 8 * i));
		bytes += DMD_BLOCK_BYTES;
	}
	if (left) {
		uint8_t block[DMD_BLOCK_BYTES] = { 0 };

		memcpy(block, bytes, left);
		for (unsigned int i = 0; i < DMD_LANES; i++)
			dmd_digest_lane(&digest, i, dmd_load(block + 8 * i));
	}
	return dmd_digest_finish(&digest, length);
}

static inline uint64_t dmd_mix(uint64_t z)
{
	z = (z ^ z >> 30) * DMD_K2;
	z = (z ^ z >> 27) * DMD_K3;
	return z ^ z >> 31;
}

/* Writes the pattern of seed to length bytes. */
static inline void dmd_pattern(uint64_t seed, void *data, uint64_t length)
{
	uint8_t *bytes = data;
	uint64_t i = 0;

	for (; length >= 8; length -= 8, bytes += 8, i++) {
		uint64_t word = dmd_mix(seed * DMD_K1 + i);

		__builtin_memcpy(bytes, &word, sizeof(word));
	}
	if (length) {
		uint64_t word = dmd_mix(seed * DMD_K1 + i);

		memcpy(bytes, &word, length);
	}
}

#endif
