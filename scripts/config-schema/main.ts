/** This file writes schema/config.schema.json: `node dist/scripts/config-schema/main.js`, where an option comes or goes. */

import {writeFileSync} from 'node:fs';
import {allCommands} from '../../src/commands/index.js';
import {configSchema} from './schema.js';

const path = new URL('../../../schema/config.schema.json', import.meta.url);
writeFileSync(path, `${JSON.stringify(configSchema(await allCommands()), null, '\t')}\n`);
