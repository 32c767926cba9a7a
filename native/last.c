/*
 * This file makes calls at the very end: after main(), when the interpreter is gone. What ends an interpreter then finds
 * none and returns at once, so it can be called any number of times.
 *
 * Linked into the same objects as calls.c, whose calls these are.
 */
#include "calls.h"
#include "visibility.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* probes/last.py lays it out. It is copied, because the probe's memory is gone by the time of the calls. */
struct last {
	char symbol[32];
	/* What is said on standard output afterwards: text, how many calls were made in each phase, text. */
	char before[128];
	char after[32];
	/* In the first phase; twice as many in the second, three times as many in the third. */
	uint64_t n;
	/* Where and how to set the phase: the field in the ledger's file, and its values. */
	uint64_t at;
	uint64_t phases[3];
	int32_t by_dlsym;
	/* The ledger's file; or -1. */
	int32_t fd;
};

#define MOST 16

static struct last calls[MOST];
static size_t count;

int pyinterpose_call_last(const struct last *last);
static void make(void);
static uint64_t take(const struct last *last, uint64_t n, uint64_t phase);
static void enter(const struct last *last, uint64_t phase);

/* Returns 0; or -1 where there is no room for more. */
int last_leave(const struct last *last)
{
	if (count == MOST || (count == 0 && atexit(make) != 0))
		return -1;
	calls[count++] = *last;
	return 0;
}

EXPORT int pyinterpose_call_last(const struct last *last)
{
	return last_leave(last);
}

static void make(void)
{
	for (size_t i = 0; i < count; i++) {
		const struct last *last = &calls[i];
		unsigned long long first = take(last, last->n, last->phases[0]);
		unsigned long long second = take(last, 2 * last->n, last->phases[1]);
		unsigned long long third = take(last, 3 * last->n, last->phases[2]);
		dprintf(STDOUT_FILENO, "%s%llu, %llu, %llu%s\n", last->before, first, second, third, last->after);
	}
}

static uint64_t take(const struct last *last, uint64_t n, uint64_t phase)
{
	enter(last, phase);
	uint64_t made = calls_make(last->symbol, last->by_dlsym, n, NULL);
	enter(last, 0);
	return made;
}

static void enter(const struct last *last, uint64_t phase)
{
	if (last->fd >= 0 && pwrite(last->fd, &phase, sizeof phase, (off_t)last->at) != sizeof phase)
		abort();
}
