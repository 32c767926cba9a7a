/*
 * This file counts, in the target.
 *
 * Keep these rules: it works before its own constructor has run (another object's constructor can call a hook first), so
 * it begins on a static page and moves to the ledger when that is mapped; it allocates nothing, takes no lock, keeps
 * errno. A forked child stops counting: it is not the process meant. The environment loses LD_PRELOAD here, so
 * that programs that the target starts run without us.
 */
#include "count.h"
#include "ledger.h"
#include "objects.h"
#include "slots.h"
#include "family.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static struct {
	struct ledger header;
	_Atomic uint64_t counts[SLOTS * LEDGER_ROW];
} early = { .header = { .slots = SLOTS, .phases = 1, .row = LEDGER_ROW } };

static struct ledger *_Atomic ledger = &early.header;
/* The range that each slot was last called from: most slots have one caller. */
static const struct object *_Atomic last[SLOTS];

static void leave(void);

void count(unsigned slot, const void *return_address)
{
	struct ledger *page = atomic_load_explicit(&ledger, memory_order_relaxed);
	if (page == NULL)
		return;
	const struct object *object = atomic_load_explicit(&last[slot], memory_order_relaxed);
	if (object == NULL || (uintptr_t)return_address - object->low >= object->size) {
		object = objects_find(return_address);
		atomic_store_explicit(&last[slot], object, memory_order_relaxed);
	}
	if (object->caller == CALLER_SHIM)
		return;
	uint64_t offset = atomic_load_explicit(&page->offset, memory_order_relaxed);
	atomic_fetch_add_explicit(&LEDGER_COUNTS(page)[offset + slot * LEDGER_ROW + SIDE_HONORED * CALLERS + (unsigned)object->caller], 1, memory_order_relaxed);
}

__attribute__((constructor)) static void enter(void)
{
	const char *path = getenv("PYINTERPOSE_LEDGER");
	struct stat status;
	int kept = errno;
	unsetenv("LD_PRELOAD");
	if (path == NULL)
		return;
	int fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &status) != 0 || (size_t)status.st_size < sizeof(struct ledger))
		goto out;
	struct ledger *page = mmap(NULL, (size_t)status.st_size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (page == MAP_FAILED)
		goto out;
	if (page->magic != LEDGER_MAGIC || page->version != LEDGER_VERSION || page->slots != SLOTS || page->row != LEDGER_ROW ||
	    page->size != (uint64_t)status.st_size || page->phases < 1) {
		munmap(page, (size_t)status.st_size);
		goto out;
	}
	atomic_store(&ledger, page);
	for (unsigned i = 0; i < SLOTS * LEDGER_ROW; i++)
		atomic_fetch_add(&LEDGER_COUNTS(page)[i], atomic_exchange(&early.counts[i], 0));
	pthread_atfork(NULL, NULL, leave);
	atomic_fetch_or(&page->ready, UINT64_C(1) << JOIN(FAMILY_, FAMILY));
out:
	if (fd >= 0)
		close(fd);
	errno = kept;
}

/* In a forked child, which has one thread. */
static void leave(void)
{
	atomic_store(&ledger, NULL);
}
