/** This file runs the command under what services are confined by: seccomp filters, and memory that stays unwritable once it may run. */

import {spawnSync} from 'node:child_process';
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import test, {type ExecutionContext} from 'ava';
import type {Finding, FunctionReport} from '../../src/model/report.js';
import {cliPath} from '../support/cli.js';
import {machine, needing} from '../support/needs.js';
import {python} from '../support/python.js';
import {workshop} from '../support/workshop.js';

/** prctl(2): PR_SET_MDWE with PR_MDWE_REFUSE_EXEC_GAIN, as systemd's MemoryDenyWriteExecute sets it, where the kernel has it. */
const unwritable = `
#include <sys/prctl.h>
#include <unistd.h>
int main(int count, char **words) {
	if (prctl(65, 1, 0, 0, 0) != 0) return 99;
	execvp(words[1], words + 1);
	return 98;
}`;

/** A filter that answers EPERM to the system calls that SYSCALLS lists. */
const filtered = `
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>
#define REFUSED(number) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1), BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM)
int main(int count, char **words) {
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		REFUSED(SYS_personality), REFUSED(SYS_ptrace), REFUSED(SYS_process_vm_readv), REFUSED(SYS_perf_event_open),
		REFUSED(SYS_membarrier), REFUSED(SYS_memfd_create), REFUSED(SYS_unshare), REFUSED(SYS_setns),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = {sizeof filter / sizeof *filter, filter};
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0) return 99;
	execvp(words[1], words + 1);
	return 98;
}`;

interface Ran {
	readonly functions: readonly FunctionReport[];
	readonly findings: readonly Finding[];
}

/** `command` is what confines. */
function ran(t: ExecutionContext, command: readonly string[]): Ran {
	const json = join(workshop(t).folder, 'run.json');
	const [file = '', ...words] = [...command, cliPath, 'run', '--json', json, '--python', python, '-c', 'print(1)'];
	const {status, stdout, stderr} = spawnSync(file, words, {encoding: 'utf8', timeout: 120_000});
	t.deepEqual([status, stdout], [0, '1\n'], stderr);
	return JSON.parse(readFileSync(json, 'utf8'));
}

const node = process.execPath;

test('what a filter of system calls refuses a service changes no count', t => {
	const confine = workshop(t).compile('confine', filtered);
	const uses = ['python3', '-c', 'import ctypes; print(ctypes.CDLL(None).personality(-1))'];
	t.is(spawnSync(confine, uses, {encoding: 'utf8'}).stdout, '-1\n', 'the filter is there');
	// Where addresses are random, so is what a few functions are called for (collisions in a cache): the program is held to fixed ones by itself.
	const fixed = ['setarch', '--addr-no-randomize'];
	t.deepEqual(ran(t, [...fixed, confine, node]), ran(t, [...fixed, node]));
});

const hasUnwritable = spawnSync('python3', [
	'-c',
	'import ctypes, sys; sys.exit(ctypes.CDLL(None).prctl(65, 1, 0, 0, 0) != 0)',
]).status;

needing(machine(hasUnwritable === 0, 'a kernel with PR_SET_MDWE'))(
	'where code may not be written to, what was not counted for it is said, and nothing is claimed of it',
	t => {
		const forbids = /the system forbids executable memory that was written to/;
		const told = ({findings}: Ran) => findings.filter(({message}) => forbids.test(message)).map(({kind}) => kind);
		// What the interpreter calls of libc stands in its file.
		const passedBy = ({functions}: Ran) => {
			const others = functions.flatMap(({calls}) => calls).filter(({caller}) => caller !== 'interpreter');
			return new Set(others.map(({bypassed}) => bypassed));
		};
		const confine = workshop(t).compile('confine', unwritable);
		// V8 compiles into memory that it then runs.
		const confined = ran(t, [confine, node, '--jitless']);
		t.deepEqual(told(confined), ['sweep-entries-not-counted', 'sweep-entries-not-counted']);
		t.deepEqual([...passedBy(confined)], [null]);
		const free = ran(t, [node]);
		t.deepEqual(told(free), []);
		t.deepEqual([...passedBy(free)], [0]);
	},
);
