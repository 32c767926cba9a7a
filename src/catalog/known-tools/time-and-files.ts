/** This file lists the tools that change what a program sees of time, files and devices. */

import type {KnownTool} from '../../model/known-tool.js';
import {names} from './names.js';

export const timeAndFiles: readonly KnownTool[] = [
	{
		name: 'libfaketime',
		kind: 'preload',
		does: 'gives a program another time',
		functions: names(`
			__clock_gettime __fxstat __fxstat64 __fxstatat __fxstatat64 __gettimeofday __lxstat __lxstat64
			__xstat __xstat64 alarm clock_gettime clock_nanosleep epoll_pwait epoll_wait fstat ftime futimens
			getentropy getpid getrandom gettimeofday lstat nanosleep poll ppoll pselect pthread_cond_destroy
			pthread_cond_init pthread_cond_timedwait select sem_timedwait sleep stat time timer_gettime
			timer_settime timerfd_gettime timerfd_settime timespec_get usleep utime utimensat utimes`),
		version: '0.9.10',
		source: 'https://github.com/wolfcw/libfaketime/blob/v0.9.10/src/libfaketime.c',
		package: {from: 'debian', name: 'libfaketime', file: '/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1'},
		notRun: null,
	},
	{
		name: 'datefudge',
		kind: 'preload',
		does: 'gives a program another time',
		functions: names('__gettimeofday clock_gettime gettimeofday time'),
		version: '1.24',
		source: 'https://salsa.debian.org/debian/datefudge',
		package: {from: 'debian', name: 'datefudge', file: '/usr/lib/x86_64-linux-gnu/datefudge/datefudge.so'},
		notRun: null,
	},
	{
		name: 'libeatmydata',
		kind: 'preload',
		does: 'leaves out waiting for the disk',
		functions: names('fdatasync fsync msync open open64 sync sync_file_range syncfs'),
		version: '130',
		source: 'https://github.com/stewartsmith/libeatmydata/blob/master/libeatmydata/libeatmydata.c',
		package: {from: 'debian', name: 'libeatmydata1', file: '/usr/lib/x86_64-linux-gnu/libeatmydata.so.1.3.0'},
		notRun: null,
	},
	{
		name: 'fakeroot',
		kind: 'preload',
		does: 'lets a program believe that it is root',
		functions: names(`
			__fxstat __fxstat64 __fxstatat __fxstatat64 __lxstat __lxstat64 __xmknod __xmknodat __xstat
			__xstat64 capset chmod chown fchmod fchmodat fchown fchownat fgetxattr flistxattr fremovexattr
			fsetxattr fstat fstat64 fstatat fstatat64 fts_children fts_read getegid geteuid getgid getgroups
			getresgid getresuid getuid getxattr initgroups lchmod lchown lgetxattr listxattr llistxattr
			lremovexattr lsetxattr lstat lstat64 mkdir mkdirat mknod mknodat remove removexattr rename renameat
			rmdir setegid seteuid setfsgid setfsuid setgid setgroups setpriority setregid setresgid setresuid
			setreuid setuid setxattr stat stat64 statx unlink unlinkat`),
		version: '1.31',
		source: 'https://salsa.debian.org/clint/fakeroot/-/blob/master/wrapfunc.inp',
		package: {from: 'debian', name: 'libfakeroot', file: '/usr/lib/x86_64-linux-gnu/libfakeroot/libfakeroot-sysv.so'},
		notRun: null,
	},
	{
		name: 'fakechroot',
		kind: 'preload',
		does: 'gives a program another root folder',
		functions: names(`
			__fxstatat __fxstatat64 __getcwd_chk __getwd_chk __lxstat __lxstat64 __open __open64 __open64_2
			__open_2 __openat64_2 __openat_2 __readlink_chk __readlinkat_chk __realpath_chk __statfs __xmknod
			__xmknodat __xstat __xstat64 access acct bind bindtextdomain canonicalize_file_name chdir chmod
			chown chroot clearenv connect creat creat64 dl_iterate_phdr dladdr dlmopen dlopen eaccess endgrent
			endpwent endspent euidaccess execl execle execlp execv execve execvp faccessat fchmodat fchownat
			fopen fopen64 freopen freopen64 fstatat fstatat64 fts64_children fts64_close fts64_open fts64_read
			fts64_set fts_children fts_close fts_open fts_read fts_set ftw ftw64 futimesat get_current_dir_name
			getcwd getgrent getgrent_r getgrgid getgrgid_r getgrnam getgrnam_r getpeername getpwent getpwent_r
			getpwnam getpwnam_r getpwuid getpwuid_r getsockname getspent getspnam getspnam_r getwd getxattr glob
			glob64 glob_pattern_p inotify_add_watch lchmod lchown lckpwdf lgetxattr link linkat listxattr
			llistxattr lremovexattr lsetxattr lstat lstat64 lutimes mkdir mkdirat mkdtemp mkfifo mkfifoat mknod
			mknodat mkostemp mkostemp64 mkostemps mkostemps64 mkstemp mkstemp64 mkstemps mkstemps64 mktemp nftw
			nftw64 open open64 openat openat64 opendir pathconf pclose popen posix_spawn posix_spawnp readlink
			readlinkat realpath remove removexattr rename renameat renameat2 rmdir scandir scandir64 setgrent
			setpwent setspent setxattr stat stat64 statfs statfs64 statvfs statvfs64 statx symlink symlinkat
			system tempnam tmpnam truncate truncate64 ulckpwdf unlink unlinkat utime utimensat utimes`),
		version: '2.20.1',
		source: 'https://github.com/dex4er/fakechroot/tree/2.20.1/src',
		package: {from: 'debian', name: 'libfakechroot', file: '/usr/lib/x86_64-linux-gnu/fakechroot/libfakechroot.so'},
		notRun: null,
	},
	{
		name: 'cowdancer',
		kind: 'preload',
		does: 'copies a hard-linked file before it is written',
		functions: names('chmod chown creat creat64 fchmod fchown flock fopen fopen64 lchown open open64'),
		version: '0.89',
		source: 'https://salsa.debian.org/pbuilder-team/cowdancer/-/blob/master/cowdancer.c',
		package: {from: 'debian', name: 'cowdancer', file: '/usr/lib/cowdancer/libcowdancer.so'},
		notRun: null,
	},
	{
		name: 'installwatch',
		kind: 'preload',
		does: 'records which files are made',
		functions: names(`
			__fxstatat __fxstatat64 __lxstat __lxstat64 __xmknod __xmknodat __xstat __xstat64 access chdir chmod
			chown chroot creat creat64 fchmod fchmodat fchown fchownat fopen fopen64 ftruncate ftruncate64
			getcwd lchown link linkat mkdir mkdirat open open64 openat opendir readdir readdir64 readlink
			readlinkat realpath removexattr rename renameat renameat2 rmdir scandir scandir64 setxattr symlink
			symlinkat time truncate truncate64 unlink unlinkat utime utimes`),
		version: '1.6.2+git20170426.d24a630',
		source: 'https://asic-linux.com.mx/~izto/checkinstall/installwatch.html',
		package: {from: 'debian', name: 'checkinstall', file: '/usr/lib/checkinstall/installwatch.so'},
		notRun: null,
	},
	{
		name: 'tmperamental',
		kind: 'preload',
		does: 'finds writes to /tmp',
		functions: names('creat creat64 fopen fopen64 freopen freopen64 mkdir open open64'),
		version: '1.4',
		source: 'https://salsa.debian.org/debian/tmperamental',
		package: {from: 'debian', name: 'tmperamental', file: '/usr/lib/tmperamental/libtmperamental.so'},
		notRun: null,
	},
	{
		name: 'nocache',
		kind: 'preload',
		does: 'keeps files out of the page cache',
		functions: names('__openat_2 close creat creat64 dup dup2 fclose fopen fopen64 open open64 openat openat64'),
		version: '1.1',
		source: 'https://github.com/Feh/nocache/blob/v1.1/nocache.c',
		package: {from: 'debian', name: 'nocache', file: '/usr/lib/nocache/nocache.so'},
		notRun: null,
	},
	{
		name: 'libfiu',
		kind: 'preload',
		does: 'lets calls fail',
		functions: names(`
			__isoc99_fscanf __isoc99_scanf __isoc99_vfscanf __isoc99_vscanf __sysv_signal accept bind calloc
			clearerr close closedir connect dprintf fclose fdatasync fdopen fdopendir ferror fflush fgetc
			fgetpos fgets fmemopen fopen fopen64 fork fprintf fputc fputs fread freopen freopen64 fseek fseeko
			fseeko64 fsetpos fsetpos64 fsync ftell ftello ftello64 ftruncate ftruncate64 ftrylockfile fwrite
			getc getchar getdelim getline gets kill listen madvise malloc mlock mlockall mmap mmap64 mprotect
			msync munlock munlockall munmap open open64 open_memstream opendir pclose poll popen pread pread64
			preadv preadv64 printf pselect putc putchar puts pwrite pwrite64 pwritev pwritev64 read readdir
			readdir_r readv realloc recv recvfrom recvmsg remove rename select send sendmsg sendto setvbuf
			shutdown sigaction socket strdup strndup sync_file_range tempnam tmpfile tmpfile64 tmpnam truncate
			truncate64 ungetc unlink vdprintf vfprintf vprintf wait waitid waitpid write writev`),
		version: '1.1',
		source: 'https://blitiri.com.ar/p/libfiu/doc/man-fiu-run.html',
		package: {from: 'debian', name: 'libfiu0', file: '/usr/lib/fiu/fiu_posix_preload.so'},
		notRun: null,
	},
	{
		name: 'umockdev',
		kind: 'preload',
		does: 'shows a program devices that are not there',
		functions: names(`
			__getcwd_chk __lxstat __lxstat64 __open64_2 __open_2 __readlinkat_chk __realpath_chk __xstat
			__xstat64 access bind canonicalize_file_name chdir chmod close connect fclose fgets fopen fopen64
			fread fstatat fstatat64 fstatfs fstatfs64 fwrite getcwd getxattr inotify_add_watch ioctl isatty
			lgetxattr lstat lstat64 mkdir open open64 openat openat64 opendir read readlink readlinkat realpath
			recv recvmsg send socket stat stat64 statfs statfs64 statx write`),
		version: '0.17.16',
		source: 'https://github.com/martinpitt/umockdev/blob/main/src/libumockdev-preload.c',
		package: {from: 'debian', name: 'umockdev', file: '/usr/lib/x86_64-linux-gnu/libumockdev-preload.so.0.0.0'},
		notRun: null,
	},
	{
		name: 'Firejail trace',
		kind: 'preload',
		does: 'prints which files and connections are opened',
		functions: names(`
			access bind connect fopen fopen64 freopen freopen64 lstat lstat64 mkdir mkdirat open open64 openat
			openat64 opendir rmdir setfsgid setfsuid setgid setregid setresgid setresuid setreuid setuid socket
			stat stat64 system unlink unlinkat`),
		version: '0.9.72',
		source: 'https://github.com/netblue30/firejail/blob/0.9.72/src/libtrace/libtrace.c',
		package: {from: 'debian', name: 'firejail', file: '/usr/lib/x86_64-linux-gnu/firejail/libtrace.so'},
		notRun: null,
	},
	{
		name: 'sudo noexec',
		kind: 'preload',
		does: 'forbids a program to start others',
		functions: names(`
			execl execle execlp execv execve execvp execvpe fexecve popen posix_spawn posix_spawnp system
			wordexp`),
		version: '1.9.13p3',
		source: 'https://www.sudo.ws/docs/man/sudoers.man/',
		package: {from: 'debian', name: 'sudo', file: '/usr/libexec/sudo/sudo_noexec.so'},
		notRun: null,
	},
	{
		name: 'Snoopy',
		kind: 'preload',
		does: 'logs which programs are started',
		functions: names('execv execve'),
		version: '2.5.1',
		source: 'https://github.com/a2o/snoopy',
		package: {from: 'debian', name: 'snoopy', file: '/lib/x86_64-linux-gnu/libsnoopy.so.0.0.0'},
		notRun: null,
	},
	{
		name: 'aoss',
		kind: 'preload',
		does: 'gives a program the old sound devices',
		functions: names(`
			__close __fcntl __mmap __munmap __open __open64 __poll __read __select __write close fcntl fopen
			fopen64 ioctl mmap munmap open open64 poll read select write`),
		version: '1.1.8',
		source: 'https://github.com/alsa-project/alsa-oss',
		package: {from: 'debian', name: 'alsa-oss', file: '/usr/lib/x86_64-linux-gnu/libaoss.so.0.0.0'},
		notRun: null,
	},
	{
		name: 'v4l1compat',
		kind: 'preload',
		does: 'gives a program the old video devices',
		functions: names('close dup ioctl mmap mmap64 munmap open open64 read'),
		version: '1.22.1',
		source: 'https://git.linuxtv.org/v4l-utils.git/tree/lib/libv4l1/v4l1compat.c',
		package: {from: 'debian', name: 'libv4l-0', file: '/usr/lib/x86_64-linux-gnu/libv4l/v4l1compat.so'},
		notRun: null,
	},
	{
		name: 'PipeWire v4l2',
		kind: 'preload',
		does: 'gives a program PipeWire as a video device',
		functions: names(`
			__open64_2 __open_2 __openat64_2 __openat_2 close dup ioctl mmap mmap64 munmap open open64 openat
			openat64`),
		version: '0.3.65',
		source: 'https://docs.pipewire.org/page_man_pw-v4l2_1.html',
		package: {from: 'debian', name: 'pipewire-v4l2', file: '/usr/lib/x86_64-linux-gnu/pipewire-0.3/v4l2/libpw-v4l2.so'},
		notRun: null,
	},
];
