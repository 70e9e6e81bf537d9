#!/usr/bin/env node
import { runDockerPlugin } from '../dist/cli/docker-plugin.js';

await runDockerPlugin(process.argv.slice(2));
