/*
 * This file declares the driver's flat API over the ledger and the list of symbols, called through ffi-napi.
 * Functions return 0 or a negative errno; results leave through the last pointer.
 */
#ifndef PYINTERPOSE_READER_H
#define PYINTERPOSE_READER_H

#include <stdint.h>

struct reader;

/* Makes the ledger file, which must not exist yet: `phases` phases of `slots` rows, all zero. */
int reader_create(const char *path, uint32_t slots, uint32_t phases);

/* Maps a ledger. -EBADMSG where the file is not one of this version. */
int reader_open(const char *path, struct reader **out);

/* Copies the counts of one phase: slots * SIDES * CALLERS numbers. -ERANGE where there is no such phase. */
int reader_copy(const struct reader *reader, uint32_t phase, uint64_t *out);

/* Copies one row of one phase: SIDES * CALLERS numbers. -ERANGE where there is no such phase or slot. */
int reader_row(const struct reader *reader, uint32_t phase, uint32_t slot, uint64_t *out);

/* The shims that shook hands, one bit each, in the order of reader_family. */
int reader_ready(const struct reader *reader, uint64_t *out);

/* How many named calls led to another definition at the end than at the beginning. */
int reader_names_changed(const struct reader *reader, uint64_t *out);

/* How many functions count their entries; the result is why none does, for reader_entries_reason, and 0 where all is well. */
int reader_entries(const struct reader *reader, uint32_t *out);
const char *reader_entries_reason(uint32_t reason);

/* Of a sweep: how many processes the program has started, and whether it has become another one. */
void reader_processes(const struct reader *reader, uint64_t out[2]);

void reader_close(struct reader *reader);

/* The rows of hooks.def in the order of their slots, and the families; null beyond the last. */
const char *reader_symbol(uint32_t slot);
const char *reader_family_of(uint32_t slot);
const char *reader_family(uint32_t bit);

/* A number of layout.h by its name. -ENOENT where LAYOUT does not list it. */
int reader_layout(const char *name, uint64_t *out);

/* Address randomisation off for the programs that this process starts from now on: counts then repeat. */
int reader_fix_addresses(void);

/* The C library that this process runs on: its name and version, or its name's absence. */
const char *reader_libc(void);

#endif
