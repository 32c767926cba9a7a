/** This file tests that an archive which turns out to be none is left at once, however much of it is packed behind: no unpacker goes on. */

import {spawnSync} from 'node:child_process';
import {randomBytes} from 'node:crypto';
import {join} from 'node:path';
import {cliPath} from '../support/cli.js';
import {needing, program} from '../support/needs.js';
import {workshop} from '../support/workshop.js';

/** No header of tar's, and more than fits into a pipe. */
const noTar = Buffer.concat([Buffer.alloc(512, 1), randomBytes(1 << 22)]);

for (const [packer, ending] of [
	['gzip', 'gz'],
	['bzip2', 'bz2'],
	['xz', 'xz'],
	['zstd', 'zst'],
] as const) {
	for (const command of ['hunt', 'inspect']) {
		needing(program(packer))(`${command} names a .tar.${ending} that holds no tar archive, and ends`, t => {
			const work = workshop(t);
			const packed = spawnSync(packer, ['--stdout'], {input: noTar, maxBuffer: 1 << 24});
			work.file(`tree/none.tar.${ending}`, packed.stdout);
			const argv = [cliPath, command, join(work.folder, 'tree')];
			// What waits for an unpacker that waits for it waits for ever.
			const {signal, stdout, stderr} = spawnSync(process.execPath, argv, {
				encoding: 'utf8',
				env: {PATH: process.env.PATH, XDG_CACHE_HOME: join(work.folder, 'cache')},
				timeout: 60_000,
				killSignal: 'SIGKILL',
			});
			t.is(signal, null);
			t.regex(`${stdout}${stderr}`, new RegExp(`none\\.tar\\.${ending}.* it is no tar archive`));
		});
	}
}
