#!/usr/bin/env node
import { start } from './start.js';

start(() =>
  import('../dist/cli/docker-plugin.js').then(({ runDockerPlugin }) =>
    runDockerPlugin(process.argv.slice(2)),
  ),
);
