/*
 * This file gives each process that a program starts a ledger of its own.
 *
 * A process is known by its number and, since it may become another program, by the random bytes that the kernel gives each program that
 * it begins (AT_RANDOM). A forked child has those of its parent, and another number.
 *
 * Keep these rules: nothing is allocated, no lock taken; a forked child of a process with threads may call nothing but system calls.
 */
#include "children.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <unistd.h>

static uint64_t program(void);
static void leave(const char *ending);
static int name(const char *ending, char path[PATH_MAX]);
static int fill(int fd, const struct ledger *like, int inherited);
static void tell_program(void);

int children_counted(void)
{
	return getenv("PYINTERPOSE_CHILDREN") != NULL;
}

int children_is_first(struct ledger *page)
{
	uint64_t none = 0, own = program();
	if (!atomic_compare_exchange_strong(&page->owner, &none, own))
		return none == own;
	leave(".first");
	return 1;
}

int children_ledger(const struct ledger *like, int inherited, char path[PATH_MAX])
{
	int error = name(".ledger", path);
	int fd = error != 0 ? -1 : open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		/* Another object of ours was first. */
		return error != 0 ? error : errno == EEXIST ? 0 : -errno;
	error = fill(fd, like, inherited);
	close(fd);
	if (error != 0)
		unlink(path);
	else
		tell_program();
	return error;
}

void children_leave_out(void)
{
	leave(".threads");
}

int children_threads(void)
{
	struct stat status;
	/* A folder for each, and two links that every folder has. */
	return stat("/proc/self/task", &status) != 0 ? 0 : (int)status.st_nlink - 2;
}

static uint64_t program(void)
{
	uint64_t bytes = 0;
	const void *random = (const void *)getauxval(AT_RANDOM);
	if (random != NULL)
		memcpy(&bytes, random, sizeof bytes);
	return bytes | 1;
}

/* An empty file, of which the name tells all. */
static void leave(const char *ending)
{
	char path[PATH_MAX];
	int fd = name(ending, path) != 0 ? -1 : open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	if (fd >= 0)
		close(fd);
}

/* FOLDER/PID-PROGRAM, both numbers in hexadecimal. */
static int name(const char *ending, char path[PATH_MAX])
{
	static const char digits[] = "0123456789abcdef";
	const char *folder = getenv("PYINTERPOSE_CHILDREN");
	uint64_t numbers[] = { (uint64_t)getpid(), program() };
	size_t at = folder == NULL ? PATH_MAX : strlen(folder);
	if (at + 2 * 17 + 16 > PATH_MAX)
		return -ENAMETOOLONG;
	memcpy(path, folder, at);
	for (int i = 0; i < 2; i++) {
		path[at++] = i == 0 ? '/' : '-';
		for (int shift = 60; shift >= 0; shift -= 4)
			path[at++] = digits[numbers[i] >> shift & 15];
	}
	memcpy(path + at, ending, strlen(ending) + 1);
	return 0;
}

static int fill(int fd, const struct ledger *like, int inherited)
{
	struct ledger header = {
		.magic = like->magic,
		.version = like->version,
		.slots = like->slots,
		.phases = like->phases,
		.row = like->row,
		.size = like->size,
		.owner = program(),
	};
	if (inherited) {
		header.ready = atomic_load(&like->ready);
		header.entries = atomic_load(&like->entries);
		header.libc_entries = atomic_load(&like->libc_entries);
	}
	/* A page that cannot be had later is a SIGBUS. */
	int error = posix_fallocate(fd, 0, (off_t)header.size);
	if (error != 0)
		return -error;
	return pwrite(fd, &header, sizeof header, 0) == (ssize_t)sizeof header ? 0 : -EIO;
}

static void tell_program(void)
{
	char own[PATH_MAX], path[PATH_MAX];
	ssize_t length = readlink("/proc/self/exe", own, sizeof own - 1);
	if (length < 0 || name(".program", path) != 0)
		return;
	own[length] = '\0';
	(void)!symlink(own, path);
}
