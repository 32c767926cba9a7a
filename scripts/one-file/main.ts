/** This file joins the command's modules into one file, dist/pyinterpose.cjs: to load hundreds takes longer than to run them. */

import {spawnSync} from 'node:child_process';
import {readFileSync} from 'node:fs';
import {dirname, relative} from 'node:path';
import {fileURLToPath} from 'node:url';
import {build, type Plugin} from 'esbuild';

const dist = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
const out = `${dist}/pyinterpose.cjs`;

/** A module finds what lies beside it (build, probes, docs) by its own address, which is that of the file it came from. */
const ownAddress: Plugin = {
	name: 'own-address',
	setup({onLoad}) {
		onLoad({filter: /\/dist\/src\/.*\.js$/}, ({path}) => {
			const address = `require('node:url').pathToFileURL(__dirname + ${JSON.stringify(`/${relative(dirname(out), path)}`)}).href`;
			const text = readFileSync(path, 'utf8').replaceAll('import.meta.url', address);
			return {contents: text.replaceAll('import.meta.filename', '__filename'), loader: 'js'};
		});
	},
};

await build({
	// A further thread of the command runs the same file (src/start-thread.cts).
	stdin: {contents: "module.isThread ? require('./thread.js') : require('./cli.js')", resolveDir: `${dist}/src`},
	outfile: out,
	bundle: true,
	// Packages stay where npm puts them: two of them are native.
	packages: 'external',
	platform: 'node',
	// In a module all imports are loaded before it runs; in a script each where it is needed.
	format: 'cjs',
	target: 'node20',
	// Names stay, for those who read a stack.
	minifyWhitespace: true,
	minifySyntax: true,
	charset: 'ascii',
	logLevel: 'warning',
	plugins: [ownAddress],
});

// What V8 made of the functions that a check calls is kept beside the file. Where nothing can be checked here, it is made at each start.
spawnSync(process.execPath, [fileURLToPath(new URL('compiled.js', import.meta.url)), out], {stdio: 'ignore'});
