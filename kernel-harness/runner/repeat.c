/* SPDX-License-Identifier: GPL-2.0-only */
/* Calls that were made before: of this kernel, or of another one. */
#include "runner.h"

#include "digest.h"

static uint64_t output_bytes(const struct dmd_call *call)
{
	uint64_t value = (uint64_t)call->value;

	/* Without a default: the compiler tells of a kind that is forgotten. */
	switch ((enum dmd_call_kind)call->kind) {
	case DMD_CALL_BOOT:
		return (2 + (uint64_t)call->pool_count + call->device_count +
			call->buffer_count) *
		       sizeof(struct dmd_result);
	case DMD_CALL_RUN:
		return (uint64_t)call->count * sizeof(struct dmd_result);
	case DMD_CALL_READ_POOL:
		return value ? sizeof(struct dmd_pool_state) : 0;
	case DMD_CALL_READ_AREAS:
		return value * sizeof(struct dmd_area_state);
	case DMD_CALL_READ_SLOTS:
		return value * sizeof(struct dmd_slot_state);
	case DMD_CALL_READ_LOG:
	case DMD_CALL_READ_MEMORY:
	case DMD_CALL_READ_BEHIND_CACHES:
		return value;
	case DMD_CALL_READ_CRASH:
		return value ? sizeof(struct dmd_crash) : 0;
	case DMD_CALL_READ_IOVA_DOMAIN:
		return value ? sizeof(struct dmd_iova_domain_state) : 0;
	case DMD_CALL_READ_IOVA_NODES:
		return value * sizeof(struct dmd_iova_node_state);
	case DMD_CALL_READ_IOVA_MAGAZINES:
		return value * sizeof(struct dmd_iova_magazine_state);
	case DMD_CALL_READ_LEAKS:
		return value * sizeof(struct dmd_leak);
	case DMD_CALL_LAYOUT:
	case DMD_CALL_READ_COVERED_FUNCTIONS:
	case DMD_CALL_READ_COUNTERS:
	case DMD_CALL_REPEAT:
		break;
	}
	return 0;
}

uint64_t runner_outcome(const struct dmd_call *call, const void *output)
{
	uint64_t length = output_bytes(call);
	const uint8_t *bytes = output;
	struct dmd_word_digest words;

	dmd_words_begin(&words, call->kind);
	dmd_words_add(&words, (uint64_t)call->value);
	dmd_words_add(&words, length);
	for (; length; bytes += sizeof(uint64_t)) {
		uint64_t word = 0;
		uint64_t now = length < sizeof(word) ? length : sizeof(word);

		__builtin_memcpy(&word, bytes, now);
		dmd_words_add(&words, word);
		length -= now;
	}
	return dmd_words_end(&words);
}

int64_t runner_repeat(uint32_t count, const char *input)
{
	for (uint32_t i = 0; i < count; i++) {
		const struct dmd_repeated *before = (const void *)input;
		struct dmd_call call = {
			.kind = before->kind,
			.index = before->index,
			.first = before->first,
			.count = (uint32_t)before->count,
		};

		input += sizeof(*before);
		runner_serve(&call, input);
		if (call.outcome != before->outcome)
			return i;
		if (call.kind == DMD_CALL_RUN)
			input += (uint64_t)call.count * sizeof(struct dmd_op);
	}
	return count;
}
