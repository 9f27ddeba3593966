/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Digests of bytes, the portable way and with vectors where the CPU has them,
 * and patterns. A range may be gigabytes: the guard is told of every MiB.
 */
#include "digest.h"
#include "services.h"

#define BEAT_BYTES (1ull << 20)

volatile uint32_t dmd_beats;

#ifdef __x86_64__
#include <immintrin.h>
#endif

static void add_blocks(struct dmd_digest *digest, const uint8_t *bytes,
		       uint64_t blocks)
{
	for (; blocks; blocks--, bytes += DMD_BLOCK_BYTES)
		for (unsigned int i = 0; i < DMD_LANES; i++) {
			uint64_t word;

			__builtin_memcpy(&word, bytes + 8 * i, sizeof(word));
			dmd_digest_word(digest, i, word);
		}
}

#ifdef __x86_64__
/* Four lanes; the neighbour of each is the other half of its 128-bit pair. */
static inline __attribute__((always_inline, target("avx2"))) __m256i
add_half(__m256i lanes, __m256i keys, const uint8_t *bytes)
{
	__m256i words = _mm256_loadu_si256((const __m256i *)bytes);
	__m256i mixed = _mm256_xor_si256(words, keys);
	__m256i products =
		_mm256_mul_epu32(mixed, _mm256_srli_epi64(mixed, 32));

	lanes = _mm256_add_epi64(lanes, _mm256_shuffle_epi32(words, 0x4e));
	return _mm256_add_epi64(lanes, products);
}

static __attribute__((target("avx2"))) void
add_blocks_avx2(struct dmd_digest *digest, const uint8_t *bytes,
		uint64_t blocks)
{
	__m256i *lanes = (__m256i *)digest->lanes;
	__m256i *keys = (__m256i *)digest->keys;
	__m256i lanes0 = _mm256_loadu_si256(lanes);
	__m256i lanes1 = _mm256_loadu_si256(lanes + 1);
	__m256i keys0 = _mm256_loadu_si256(keys);
	__m256i keys1 = _mm256_loadu_si256(keys + 1);
	const __m256i step = _mm256_set1_epi64x((long long)DMD_K3);

	for (; blocks; blocks--, bytes += DMD_BLOCK_BYTES) {
		lanes0 = add_half(lanes0, keys0, bytes);
		lanes1 = add_half(lanes1, keys1, bytes + DMD_BLOCK_BYTES / 2);
		keys0 = _mm256_add_epi64(keys0, step);
		keys1 = _mm256_add_epi64(keys1, step);
	}
	_mm256_storeu_si256(lanes, lanes0);
	_mm256_storeu_si256(lanes + 1, lanes1);
	_mm256_storeu_si256(keys, keys0);
	_mm256_storeu_si256(keys + 1, keys1);
}
#endif

static void add_all(struct dmd_digest *digest, const uint8_t *bytes,
		    uint64_t blocks)
{
#ifdef __x86_64__
	if (__builtin_cpu_supports("avx2"))
		return add_blocks_avx2(digest, bytes, blocks);
#endif
	add_blocks(digest, bytes, blocks);
}

uint64_t dmd_digest_bytes(uint64_t before, const void *data, uint64_t length)
{
	const uint8_t *bytes = data;
	uint64_t left = length;
	struct dmd_digest digest;

	dmd_digest_begin(&digest, before);
	for (; left >= BEAT_BYTES; left -= BEAT_BYTES, bytes += BEAT_BYTES) {
		add_all(&digest, bytes, BEAT_BYTES / DMD_BLOCK_BYTES);
		dmd_beats++;
	}
	add_all(&digest, bytes, left / DMD_BLOCK_BYTES);
	bytes += left - left % DMD_BLOCK_BYTES;
	left %= DMD_BLOCK_BYTES;
	if (left) {
		uint8_t block[DMD_BLOCK_BYTES] = {0};

		dmd_copy_raw(block, bytes, left);
		add_blocks(&digest, block, 1);
	}
	return dmd_digest_end(&digest, length);
}

static uint64_t mix(uint64_t z)
{
	z = (z ^ z >> 30) * DMD_K2;
	z = (z ^ z >> 27) * DMD_K3;
	return z ^ z >> 31;
}

void dmd_pattern(uint64_t seed, void *data, uint64_t length)
{
	uint8_t *bytes = data;
	uint64_t z = seed * DMD_K1;

	while (length >= sizeof(z)) {
		uint64_t now = length < BEAT_BYTES ? length : BEAT_BYTES;
		uint64_t words = now / sizeof(z);

		for (uint64_t i = 0; i < words; i++, bytes += sizeof(z)) {
			uint64_t word = mix(z++);

			__builtin_memcpy(bytes, &word, sizeof(word));
		}
		length -= words * sizeof(z);
		dmd_beats++;
	}
	if (length) {
		uint64_t word = mix(z);

		dmd_copy_raw(bytes, &word, length);
	}
}
