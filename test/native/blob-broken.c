/*
 * This file breaks a blob of entry counters at random, has it checked as blob.c checks it, and touches all that an accepted one
 * promises: FILE SEED CASES. Compiled with the address sanitizer, which ends it where anything is read past the end. The control,
 * with CONTROL defined, accepts what blob.c refuses.
 */
#include "../../native/entries/blob.c"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(CONTROL)
#define accepted(file, size) ((size) >= sizeof(struct blob))
#else
#define accepted(file, size) ((size) >= sizeof(struct blob) && valid(file, size))
#endif

static uint64_t state;

static uint64_t below(uint64_t limit)
{
	/* xorshift64, George Marsaglia, 2003. */
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return limit == 0 ? 0 : state % limit;
}

/* A number of four bytes goes wrong: in the header as often as anywhere else. */
static size_t broken(uint8_t *bytes, size_t size)
{
	static const uint32_t hard[] = { 0, 1, 2, 7, 8, 0x7fffffff, 0x80000000, 0xfffffff8, 0xffffffff };
	for (uint64_t left = 1 + below(3); left > 0; left--) {
		size_t part = below(2) ? sizeof(struct blob) : size, at = below(part / 4) * 4;
		uint32_t number;
		memcpy(&number, bytes + at, 4);
		number = below(2) ? number + (uint32_t)below(65) - 32 : hard[below(sizeof(hard) / sizeof(*hard))];
		memcpy(bytes + at, &number, 4);
	}
	return below(8) ? size : below(size);
}

static uint64_t touch(const struct blob *file)
{
	const uint8_t *code = (const uint8_t *)file + CODE_OFFSET(file);
	uint64_t sum = code[0] + code[file->code_size - 1];
	for (uint32_t i = 0; i < file->build_id_size; i++)
		sum += file->build_id[i];
	for (uint32_t i = 0; i < file->patches; i++) {
		const struct patch *patch = &PATCHES(file)[i];
		sum += code[patch->counter] + code[patch->resume] + code[patch->jump_back];
		for (uint32_t byte = 0; byte < patch->original_size; byte++)
			sum += patch->original[byte];
	}
	for (uint32_t i = 0; i < file->redirections; i++)
		sum += code[REDIRECTIONS(file)[i].target];
	for (uint32_t i = 0; i < file->names; i++)
		sum += NAMES(file)[i].symbol;
	for (uint32_t i = 0; i < file->fixups; i++)
		for (int byte = 0; byte < 8; byte++)
			sum += code[FIXUPS(file)[i].offset + byte];
	return sum;
}

int main(int count, char **words)
{
	static uint8_t whole[1 << 20];
	FILE *stream = count == 4 ? fopen(words[1], "rb") : NULL;
	if (stream == NULL)
		return 2;
	size_t size = fread(whole, 1, sizeof(whole), stream);
	fclose(stream);
	state = strtoull(words[2], NULL, 10) | 1;
	uint64_t read = 0, refused = 0;
	volatile uint64_t sum = 0;
	for (uint64_t left = strtoull(words[3], NULL, 10); left > 0; left--) {
		uint8_t *bytes = malloc(size);
		memcpy(bytes, whole, size);
		size_t kept = broken(bytes, size);
		/* Of its own size exactly, so that what lies behind it is nobody's. */
		uint8_t *exact = malloc(kept);
		memcpy(exact, bytes, kept);
		free(bytes);
		if (accepted((const struct blob *)exact, kept)) {
			read++;
			sum += touch((const struct blob *)exact);
		} else
			refused++;
		free(exact);
	}
	printf("%llu read, %llu refused\n", (unsigned long long)read, (unsigned long long)refused);
	return 0;
}
