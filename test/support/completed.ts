/** This file asks a real shell what it completes a typed line to, by the completion that `pyinterpose completion` writes. */

import {spawnSync} from 'node:child_process';
import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import type {ExecutionContext} from 'ava';
import type {Shell} from '../../src/commands/completion/completions.js';
import {cli, folder} from './cli.js';

/** Sorted. The folder in which the line is typed holds a file `interpose.toml` and no other that begins so. */
export function completed(t: ExecutionContext, shell: Shell, typed: string): readonly string[] {
	const cwd = folder(t, {'interpose.toml': '', [names[shell]]: cli(['completion', shell]).stdout});
	writeFileSync(join(cwd, 'ask'), scripts[shell]);
	const {stdout, stderr, status} = spawnSync(shell, [...plain[shell], 'ask', typed], {
		cwd,
		encoding: 'utf8',
		timeout: 60_000,
		env: {PATH: process.env.PATH, HOME: cwd, LC_ALL: 'C.UTF-8', TERM: 'dumb'},
	});
	t.deepEqual([status, stderr], [0, '']);
	const found = [...stdout.matchAll(/FOUND:([^\r\n]*)/g)].map(([, word = '']) => word.trimEnd());
	return [...new Set(found)].sort();
}

const names = {bash: 'bash-completion', zsh: '_pyinterpose', fish: 'pyinterpose.fish'} as const;

/** Without the user's own settings. */
const plain = {bash: ['--norc'], zsh: ['-f'], fish: ['--no-config']} as const;

/** Readline takes words apart at `=`, and hands them to the function. */
const bash = `
source ./bash-completion
IFS=$' \\n' read -ra COMP_WORDS <<< "\${1//=/ = }"
[[ $1 == *' ' || $1 == *= ]] && COMP_WORDS+=('')
COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)) COMPREPLY=()
_pyinterpose
[ "\${#COMPREPLY[@]}" -eq 0 ] || printf 'FOUND:%s\\n' "\${COMPREPLY[@]}"
`;

const fish = `
source pyinterpose.fish
for one in (complete -C $argv[1])
	echo FOUND:(string split -- \\t $one)[1]
end
`;

/** What is offered goes through compadd, in an interactive zsh on a terminal of its own. */
const zsh = `
zmodload zsh/zpty
zpty z zsh -f -i
cat > setup <<'END'
PROMPT=
fpath=($PWD $fpath)
autoload -Uz compinit
compinit -u -D
bindkey '^I' complete-word
zstyle ':completion:*' insert-tab false
compadd() {
	if [[ \${@[1,(i)(-|--)]} == *-(O|A|D)\\ * ]]; then builtin compadd "$@"; return; fi
	local -a found
	builtin compadd -A found "$@"
	local one
	for one in $found; do print -r -- "FOUND:$one"; done
	builtin compadd "$@"
}
done-line() { print -r -- DONE }
comppostfuncs=(done-line)
print READY
END
zpty -w z 'source ./setup'
while zpty -r z line '*READY*'; do break; done
zpty -w -n z "$1"$'\\t'
while zpty -r z line; do
	print -rn -- "$line"
	[[ $line == *DONE* ]] && break
done
zpty -d z
`;

const scripts = {bash, zsh, fish} as const;
