/* This file holds what the driver asks of the native part: tables that it reads out of this object's file, and two functions. */
#include "reader.h"
#include "ledger.h"
#include "slots.h"
#include "entries/entries.h"
#include "visibility.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/personality.h>

#ifdef __GLIBC__
#include <gnu/libc-version.h>
#endif

/*
 * The driver reads these sections as bytes, without loading the object: rows of one size, texts with NULs behind them, numbers
 * of eight bytes. What is too long for its place is refused by the compiler.
 */
#define TABLE(name) __attribute__((section(name), used, aligned(8)))

/* src/ledger/tables.ts has these three, too. */
#define NAME_LENGTH 56
#define FAMILY_LENGTH 32
#define REASON_LENGTH 128

struct number {
	char name[NAME_LENGTH];
	uint64_t value;
};

struct row {
	char symbol[NAME_LENGTH];
	char family[FAMILY_LENGTH];
};

TABLE(".pyinterpose.numbers")
static const struct number numbers[] = {
#define NUMBER(name) { #name, name },
	LAYOUT(NUMBER)
#undef NUMBER
};

TABLE(".pyinterpose.rows")
static const struct row rows[] = {
#define HOOK(family, symbol, ...) { #symbol, #family },
#define JUMP(family, symbol) { #symbol, #family },
#define CANARY(family, symbol) { #symbol, #family },
#include "hooks.def"
#undef HOOK
#undef JUMP
#undef CANARY
};

/* Why a process counts no entries, by number (entries.h). */
TABLE(".pyinterpose.reasons")
static const char reasons[][REASON_LENGTH] = {
#define ENTRIES_REASON(name, words) words,
	ENTRIES_REASONS(ENTRIES_REASON)
#undef ENTRIES_REASON
};

EXPORT int reader_fix_addresses(void)
{
	int now = personality(0xffffffff);
	return now < 0 || personality((unsigned long)now | ADDR_NO_RANDOMIZE) < 0 ? -errno : 0;
}

EXPORT const char *reader_libc(void)
{
#ifdef __GLIBC__
	static char name[32];
	snprintf(name, sizeof name, "glibc %s", gnu_get_libc_version());
	return name;
#else
	return "unknown";
#endif
}
