import { LOGOUT_OPTIONS } from '../../options/login-options.ts';
import { defineCommand, type Command } from '../command.ts';

export const logout: Command = defineCommand({
  name: 'logout',
  summary: 'delete a stored login',
  operands: [{ name: 'REGISTRY', help: 'a host, with its port; docker.io for Docker Hub' }],
  options: LOGOUT_OPTIONS,
  load: async () => (await import('./logout-action.ts')).runLogout,
});
