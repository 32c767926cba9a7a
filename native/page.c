/*
 * This file moves an object's counting onto the ledger, in the target.
 *
 * An override can be called before its own constructor has run: another object's constructor calls it. So counting begins on a
 * static page; the constructor maps the ledger, moves to it, and adds what the static page has counted. A forked child, which
 * is not the process meant, moves back to the static page, which nobody reads; or to a ledger of its own, where such are counted, too.
 *
 * Keep these rules: nothing is allocated, no lock taken, errno kept.
 */
#include "page.h"
#include "children.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

int in_forked_child;

static struct ledger *first;
static uint32_t rows;
static char own_path[PATH_MAX];
static int alone;

static struct ledger *enter(uint32_t slots);
static struct ledger *map(const char *path, uint32_t slots);
static int valid(const struct ledger *page, uint64_t size, uint32_t slots);
static void before_fork(void);
static void after_fork_in_child(void);

void page_enter(struct ledger *early, uint32_t slots)
{
	int kept = errno;
	struct ledger *page = enter(slots);
	rows = slots;
	preload_strip();
	first = early;
	if (page != NULL) {
		int was_early = atomic_exchange(&page_current, page) == early;
		for (uint64_t i = 0; was_early && i < (uint64_t)slots * LEDGER_ROW; i++) {
			/* Most are 0, and are not to be written: that would give the process a page of its own for them. */
			uint64_t counted = atomic_load(&LEDGER_COUNTS(early)[i]);
			if (counted != 0)
				atomic_fetch_add(&LEDGER_COUNTS(page)[i], atomic_exchange(&LEDGER_COUNTS(early)[i], 0));
		}
	}
	pthread_atfork(children_counted() ? before_fork : NULL, NULL, after_fork_in_child);
	errno = kept;
}

const char *page_path(void)
{
	return own_path[0] != '\0' ? own_path : getenv("PYINTERPOSE_LEDGER");
}

static struct ledger *enter(uint32_t slots)
{
	struct ledger *page = map(getenv("PYINTERPOSE_LEDGER"), slots), *own = NULL;
	if (page == NULL)
		return map(getenv("PYINTERPOSE_LEDGER_BESIDE"), slots);
	if (!children_counted() || children_is_first(page))
		return page;
	if (children_ledger(page, 0, own_path) == 0)
		own = map(own_path, slots);
	munmap(page, page->size);
	return own;
}

void page_ready(unsigned bit)
{
	if (first != NULL && atomic_load(&page_current) != first)
		atomic_fetch_or(&atomic_load(&page_current)->ready, UINT64_C(1) << bit);
}

static struct ledger *map(const char *path, uint32_t slots)
{
	struct ledger *page = MAP_FAILED;
	struct stat status;
	int fd = path == NULL ? -1 : open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return NULL;
	if (fstat(fd, &status) == 0 && (size_t)status.st_size >= sizeof(struct ledger))
		page = mmap(NULL, (size_t)status.st_size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	if (page == MAP_FAILED)
		return NULL;
	if (valid(page, (uint64_t)status.st_size, slots))
		return page;
	munmap(page, (size_t)status.st_size);
	return NULL;
}

static int valid(const struct ledger *page, uint64_t size, uint32_t slots)
{
	return page->magic == LEDGER_MAGIC && page->version == LEDGER_VERSION && page->row == LEDGER_ROW &&
				 page->slots == slots && page->phases >= 1 && page->size == size &&
				 size == sizeof *page + (uint64_t)page->slots * page->phases * page->row * sizeof(uint64_t);
}

/* In place, because setenv allocates: the user's list is a part of the whole, so it fits where the whole stands. */
void preload_strip(void)
{
	const char *user = getenv("PYINTERPOSE_PRELOAD"), *children = getenv("PYINTERPOSE_CHILDREN");
	char *list = getenv("LD_PRELOAD");
	/* Where the programs that it starts are counted, too, they need the list; when nobody reads their ledgers any more, they do not. */
	if (list == NULL || (children != NULL && access(children, F_OK) == 0))
		return;
	if (user == NULL || *user == '\0' || strlen(user) > strlen(list))
		unsetenv("LD_PRELOAD");
	else
		memcpy(list, user, strlen(user) + 1);
}

static void before_fork(void)
{
	alone = children_threads() == 1;
}

/*
 * A forked child has one thread. Where its parent had one, too, no lock is held by somebody who is not there, and the child can be counted in a
 * ledger of its own.
 */
static void after_fork_in_child(void)
{
	struct ledger *page = NULL, *parent = atomic_load(&page_current);
	atomic_store(&page_current, first);
	int kept = errno, counted = children_counted() && parent != first;
	if (counted && alone && children_ledger(parent, 1, own_path) == 0)
		page = map(own_path, rows);
	else if (counted)
		children_leave_out();
	if (page != NULL)
		atomic_store(&page_current, page);
	in_forked_child = page == NULL;
	errno = kept;
}
