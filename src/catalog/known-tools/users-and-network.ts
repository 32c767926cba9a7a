/** This file lists the tools that change what a program sees of users and the network. */

import type {KnownTool} from '../../model/known-tool.js';
import {names} from './names.js';

export const usersAndNetwork: readonly KnownTool[] = [
	{
		name: 'nss_wrapper',
		kind: 'preload',
		does: 'gives a program other users and hosts',
		functions: names(`
			endgrent endhostent endpwent endspent getaddrinfo getgrent getgrent_r getgrgid getgrgid_r getgrnam
			getgrnam_r getgrouplist gethostbyaddr gethostbyaddr_r gethostbyname gethostbyname2 gethostbyname2_r
			gethostbyname_r gethostent gethostname getnameinfo getpwent getpwent_r getpwnam getpwnam_r getpwuid
			getpwuid_r getspent getspnam initgroups setgrent sethostent setpwent setspent`),
		version: '1.1.12',
		source: 'https://cwrap.org/nss_wrapper.html',
		package: {from: 'debian', name: 'libnss-wrapper', file: '/usr/lib/x86_64-linux-gnu/libnss_wrapper.so'},
		notRun: null,
	},
	{
		name: 'uid_wrapper',
		kind: 'preload',
		does: 'lets a program believe that it changes users',
		functions: names(`
			__getgroups_chk getegid geteuid getgid getgroups getresgid getresuid getuid pthread_create
			pthread_exit setegid seteuid setgid setgroups setregid setresgid setresuid setreuid setuid syscall`),
		version: '1.2.9',
		source: 'https://cwrap.org/uid_wrapper.html',
		package: {from: 'debian', name: 'libuid-wrapper', file: '/usr/lib/x86_64-linux-gnu/libuid_wrapper.so'},
		notRun: null,
	},
	{
		name: 'socket_wrapper',
		kind: 'preload',
		does: 'keeps a network within one machine',
		functions: names(`
			__close_nocancel accept accept4 bind bindresvport close connect dup dup2 eventfd fcntl fopen fopen64
			getpeername getsockname getsockopt ioctl listen open open64 openat pipe read readv recv recvfrom
			recvmsg send sendmsg sendto setsockopt signalfd socket socketpair timerfd_create write writev`),
		version: '1.3.5',
		source: 'https://cwrap.org/socket_wrapper.html',
		package: {from: 'debian', name: 'libsocket-wrapper', file: '/usr/lib/x86_64-linux-gnu/libsocket_wrapper.so'},
		notRun: null,
	},
	{
		name: 'resolv_wrapper',
		kind: 'preload',
		does: 'gives a program other name servers',
		functions: names('__res_close __res_init __res_nclose __res_ninit res_nquery res_nsearch res_query res_search'),
		version: '1.1.8',
		source: 'https://cwrap.org/resolv_wrapper.html',
		package: {from: 'debian', name: 'libresolv-wrapper', file: '/usr/lib/x86_64-linux-gnu/libresolv_wrapper.so'},
		notRun: null,
	},
	{
		name: 'torsocks',
		kind: 'preload',
		does: 'sends connections through Tor',
		functions: names(`
			_Exit _exit accept accept4 close connect execve fclose getaddrinfo gethostbyaddr gethostbyaddr_r
			gethostbyname gethostbyname2 gethostbyname2_r gethostbyname_r getpeername listen recvmsg sendto
			socket socketpair syscall`),
		version: '2.4.0',
		source: 'https://gitlab.torproject.org/tpo/core/torsocks',
		package: {from: 'debian', name: 'torsocks', file: '/usr/lib/x86_64-linux-gnu/torsocks/libtorsocks.so.0.0.0'},
		notRun: null,
	},
	{
		name: 'tsocks',
		kind: 'preload',
		does: 'sends connections through a SOCKS server',
		functions: names('close connect getpeername poll select'),
		version: '1.8beta5',
		source: 'https://tsocks.sourceforge.net/',
		package: {from: 'debian', name: 'tsocks', file: '/usr/lib/x86_64-linux-gnu/libtsocks.so.1.8'},
		notRun: null,
	},
	{
		name: 'proxychains',
		kind: 'preload',
		does: 'sends connections through proxies',
		functions: names(
			'close close_range connect freeaddrinfo getaddrinfo gethostbyaddr gethostbyname getnameinfo sendto',
		),
		version: '4.16',
		source: 'https://github.com/rofl0r/proxychains-ng/blob/v4.16/src/libproxychains.c',
		package: {from: 'debian', name: 'libproxychains4', file: '/usr/lib/x86_64-linux-gnu/libproxychains.so.4'},
		notRun: null,
	},
	{
		name: 'Dante socksify',
		kind: 'preload',
		does: 'sends connections through a SOCKS server',
		functions: names(`
			accept bind bindresvport connect getaddrinfo gethostbyname gethostbyname2 getpeername getsockname
			getsockopt listen read readv recv recvfrom recvmsg rresvport send sendmsg sendto write writev`),
		version: '1.4.2',
		source: 'https://www.inet.no/dante/doc/latest/config/client.html',
		package: {from: 'debian', name: 'libdsocksd0', file: '/usr/lib/x86_64-linux-gnu/libdsocksd.so.0.0.0'},
		notRun: null,
	},
	{
		name: 'trickle',
		kind: 'preload',
		does: 'limits the use of the network',
		functions: names(`
			accept close dup dup2 fread fwrite poll read readv recv recvfrom select send sendfile sendto socket
			write writev`),
		version: '1.07',
		source: 'https://github.com/mariusae/trickle/blob/master/trickle-overload.c',
		package: {from: 'debian', name: 'trickle', file: '/usr/lib/x86_64-linux-gnu/trickle/trickle-overload.so'},
		notRun: null,
	},
	{
		name: 'authbind',
		kind: 'preload',
		does: 'lets a user bind low ports',
		functions: names('bind'),
		version: '2.1.3',
		source: 'https://manpages.debian.org/bookworm/authbind/authbind.1.en.html',
		package: {from: 'debian', name: 'authbind', file: '/usr/lib/authbind/libauthbind.so.1.0'},
		notRun: null,
	},
];
