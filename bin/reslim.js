#!/usr/bin/env node
import { start } from './start.js';

start(() => import('../dist/cli/main.js').then(({ main }) => main(process.argv.slice(2))));
