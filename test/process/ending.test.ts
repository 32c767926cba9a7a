/** This file tests the sentences for the ways in which a child can end. */

import test from 'ava';
import {type Ending, endingInWords, succeeded} from '../../src/process/ending.js';

const says = test.macro({
	exec(t, ending: Ending, words: string, success: boolean) {
		t.is(endingInWords(ending), words);
		t.is(succeeded(ending), success);
	},
	title: (_, ending, words) => `${JSON.stringify(ending)} reads: ${words}`,
});

test(says, {kind: 'exited', status: 0}, 'exited normally', true);
test(says, {kind: 'exited', status: 3}, 'exited with status 3', false);
test(says, {kind: 'signalled', signal: 'SIGSEGV'}, 'was ended by SIGSEGV (segmentation fault)', false);
test(says, {kind: 'signalled', signal: 'SIGKILL'}, 'was ended by SIGKILL', false);
test(says, {kind: 'timed-out', seconds: 1}, 'did not end within 1 second and was killed', false);
test(says, {kind: 'timed-out', seconds: 2.5}, 'did not end within 2.5 seconds and was killed', false);
test(says, {kind: 'not-started', message: 'spawn x ENOENT'}, 'could not be started (spawn x ENOENT)', false);
