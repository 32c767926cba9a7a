/* This file is what each way of intercepting counts into: a page that the driver makes (src/gather/mechanisms/counts.ts). */
#ifndef PYINTERPOSE_MECHANISMS_COUNTS_H
#define PYINTERPOSE_MECHANISMS_COUNTS_H

#include <fcntl.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum counted { COUNTED_ERROR, COUNTED_MALLOC, COUNTED_BLOCK, COUNTED_READY, COUNTED };

#define COUNTS_BYTES 4096

/* Before the page is mapped nothing is lost that matters: only what grows with the rounds is. */
static _Atomic uint64_t counts_early[COUNTED];
static _Atomic uint64_t *counts = counts_early;

/* Whether there is a page; that it was mapped is the handshake. */
static inline int counts_map(void)
{
	const char *path = getenv("PYINTERPOSE_MECHANISM");
	struct stat status;
	int fd = path == NULL ? -1 : open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return 0;
	void *page = MAP_FAILED;
	if (fstat(fd, &status) == 0 && status.st_size >= COUNTS_BYTES)
		page = mmap(NULL, COUNTS_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	if (page == MAP_FAILED)
		return 0;
	counts = page;
	atomic_store(&counts[COUNTED_READY], 1);
	return 1;
}

static inline void count(enum counted which)
{
	atomic_fetch_add_explicit(&counts[which], 1, memory_order_relaxed);
}

#endif
