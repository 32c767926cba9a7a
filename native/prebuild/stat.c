/*
 * This file defines stat and fstat for what is compiled beforehand: glibc's headers had them inline before 2.33, and it has functions
 * since. The kernel's structure is glibc's on 64-bit CPUs.
 */
#include "../visibility.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

HIDDEN int stat(const char *path, struct stat *out)
{
	return (int)syscall(SYS_newfstatat, AT_FDCWD, path, out, 0);
}

HIDDEN int fstat(int fd, struct stat *out)
{
	return (int)syscall(SYS_fstat, fd, out);
}
