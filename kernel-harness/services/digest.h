/* SPDX-License-Identifier: GPL-2.0-only */
/* The digests and patterns of SPEC.md, "Digests"; bytes are in digest.c. */
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
#define DMD_LANES 8
#define DMD_BLOCK_BYTES 64

/*
 * Eight lanes that the compiler can put in vector registers: comparing must not
 * cost more than the copies that are compared. Each block meets a key of its
 * own, so that swapped blocks are seen.
 */
struct dmd_digest {
	uint64_t lanes[DMD_LANES];
	uint64_t keys[DMD_LANES];
};

static inline uint64_t dmd_rotl(uint64_t value, unsigned int bits)
{
	return value << bits | value >> (64 - bits);
}

static inline void dmd_digest_begin(struct dmd_digest *digest, uint64_t before)
{
	for (unsigned int i = 0; i < DMD_LANES; i++) {
		digest->lanes[i] = before ^ (DMD_K1 * (i + 1));
		digest->keys[i] = DMD_K2 * (i + 1);
	}
}

static inline void dmd_digest_word(struct dmd_digest *digest, unsigned int i,
				   uint64_t word)
{
	uint64_t mixed = word ^ digest->keys[i];

	digest->lanes[i ^ 1] += word;
	digest->lanes[i] += (uint32_t)mixed * (mixed >> 32);
	digest->keys[i] += DMD_K3;
}

static inline uint64_t dmd_digest_end(const struct dmd_digest *digest,
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

/* A digest of words given one by one: count of them so far, then the end. */
struct dmd_word_digest {
	struct dmd_digest digest;
	uint64_t count;
};

static inline void dmd_words_begin(struct dmd_word_digest *words,
				   uint64_t before)
{
	dmd_digest_begin(&words->digest, before);
	words->count = 0;
}

static inline void dmd_words_add(struct dmd_word_digest *words, uint64_t word)
{
	dmd_digest_word(&words->digest, words->count++ % DMD_LANES, word);
}

static inline uint64_t dmd_words_end(struct dmd_word_digest *words)
{
	uint64_t length = words->count * sizeof(uint64_t);

	/* The last block is padded with zeros. */
	while (words->count % DMD_LANES)
		dmd_words_add(words, 0);
	return dmd_digest_end(&words->digest, length);
}

/* digest(before, data) of SPEC.md. */
uint64_t dmd_digest_bytes(uint64_t before, const void *data, uint64_t length);

/* Writes the pattern of seed to length bytes. */
void dmd_pattern(uint64_t seed, void *data, uint64_t length);

#endif
