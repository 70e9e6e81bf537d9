import { LOGIN_OPTIONS } from '../../options/login-options.ts';
import { defineCommand, type Command } from '../command.ts';

export const login: Command = defineCommand({
  name: 'login',
  summary: 'check a login with a registry and store it, as docker login does',
  operands: [{ name: 'REGISTRY', help: 'a host, with its port; docker.io for Docker Hub' }],
  options: LOGIN_OPTIONS,
  examples: [
    ['reslim login ghcr.io'],
    ['echo "$TOKEN" | reslim login --username ci --password-stdin ghcr.io'],
  ],
  load: async () => (await import('./login-action.ts')).runLogin,
});
