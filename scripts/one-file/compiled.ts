/** This file checks a Python with the command as one file, and keeps what V8 compiled of it meanwhile (src/start.cts). */

import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import module, {createRequire} from 'node:module';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setFlagsFromString} from 'node:v8';
import {Script} from 'node:vm';

const [file = ''] = process.argv.slice(2);
const cache = mkdtempSync(join(tmpdir(), 'pyinterpose-compiled-'));
// What V8 has compiled is good for its settings alone, which src/start.cts makes.
if (Number.parseInt(process.versions.v8, 10) === 11) setFlagsFromString('--interrupt-budget=1000000');
const script = new Script(module.wrap(readFileSync(file, 'latin1')), {filename: file});
process.env.XDG_CACHE_HOME = cache;
// All in this thread, of which alone V8 tells what it compiled.
process.argv = [process.execPath, file, 'check', '--skip-exit-code', '--jobs', '1'];
process.on('exit', () => {
	rmSync(cache, {recursive: true, force: true});
	writeFileSync(file.replace(/cjs$/, 'code'), script.createCachedData());
});
script.runInThisContext()({}, createRequire(file), {}, file, join(file, '..'));
