/** This file knows which functions belong together: one that is overridden without the others leaves a gap. */

/**
 * Functions of libc that do the same job on the same things. A library that overrides some of a row, and not what the Python calls of it,
 * sees a part of that job only.
 */
export const related: Readonly<Record<string, readonly string[]>> = {
	// Each takes an absolute time on a clock: what moves the clock must move them all.
	'timed waits': [
		'mq_timedreceive',
		'mq_timedsend',
		'pthread_cond_clockwait',
		'pthread_cond_timedwait',
		'pthread_mutex_clocklock',
		'pthread_mutex_timedlock',
		'pthread_rwlock_clockrdlock',
		'pthread_rwlock_clockwrlock',
		'pthread_rwlock_timedrdlock',
		'pthread_rwlock_timedwrlock',
		'sem_clockwait',
		'sem_timedwait',
	],
	'the clock': ['clock_gettime', 'ftime', 'gettimeofday', 'time', 'timespec_get'],
	sleeping: ['clock_nanosleep', 'nanosleep', 'sleep', 'usleep'],
	'allocation of memory': [
		'aligned_alloc',
		'calloc',
		'free',
		'malloc',
		'malloc_usable_size',
		'memalign',
		'posix_memalign',
		'pvalloc',
		'realloc',
		'reallocarray',
		'valloc',
	],
	'flushing to disk': ['fdatasync', 'fsync', 'msync', 'sync', 'sync_file_range', 'syncfs'],
	'times of files': ['fstat', 'fstatat', 'lstat', 'stat', 'statx'],
	'setting times of files': ['futimens', 'futimes', 'lutimes', 'utime', 'utimensat', 'utimes'],
	'owners of files': ['chown', 'fchown', 'fchownat', 'lchown'],
	'modes of files': ['chmod', 'fchmod', 'fchmodat', 'lchmod'],
	'attributes of files': [
		'fgetxattr',
		'flistxattr',
		'fremovexattr',
		'fsetxattr',
		'getxattr',
		'lgetxattr',
		'listxattr',
		'llistxattr',
		'lremovexattr',
		'lsetxattr',
		'removexattr',
		'setxattr',
	],
	'asking for identities': ['getegid', 'geteuid', 'getgid', 'getgroups', 'getresgid', 'getresuid', 'getuid'],
	'setting identities': [
		'setegid',
		'seteuid',
		'setgid',
		'setgroups',
		'setregid',
		'setresgid',
		'setresuid',
		'setreuid',
		'setuid',
	],
	'names of users': ['endpwent', 'getpwent', 'getpwnam', 'getpwnam_r', 'getpwuid', 'getpwuid_r', 'setpwent'],
	'names of groups': [
		'endgrent',
		'getgrent',
		'getgrgid',
		'getgrgid_r',
		'getgrnam',
		'getgrnam_r',
		'getgrouplist',
		'initgroups',
		'setgrent',
	],
	'names of hosts': ['getaddrinfo', 'gethostbyaddr_r', 'gethostbyname', 'gethostbyname_r', 'getnameinfo'],
	sockets: ['accept', 'accept4', 'bind', 'connect', 'getpeername', 'getsockname', 'listen', 'socket', 'socketpair'],
};

/** The plain name behind those that a header or compiler puts in its place: `stat64`, `__realpath_chk`, `__isoc99_sscanf`. */
export function plainName(name: string): string {
	const bare = name
		.replace(/^__(?:isoc\d+_)?(?=[a-z])/, '')
		.replace(/_chk$/, '')
		.replace(/_time64$/, '')
		.replace(/(?<=[a-z])64(?=$|_r$|_2$)/, '');
	return /^[fl]?xstat(?:at)?$/.test(bare) ? bare.replace('xstat', 'stat') : bare;
}
