import { NETWORK } from './machine-options.ts';
import type { FlagsOf } from './option.ts';

const LOGIN = {
  username: {
    type: 'text',
    value: 'NAME',
    short: 'u',
    group: 'source',
    help: 'asked for if it is missing',
  },
  'password-stdin': {
    type: 'switch',
    group: 'source',
    help: 'read the password or token from stdin',
  },
} as const;

/** All options of `reslim login`. */
export const LOGIN_OPTIONS: typeof LOGIN & typeof NETWORK = { ...LOGIN, ...NETWORK };

export type LoginFlags = FlagsOf<typeof LOGIN_OPTIONS>;

/** All options of `reslim logout`. */
export const LOGOUT_OPTIONS: Pick<typeof NETWORK, 'auth-file'> = {
  'auth-file': NETWORK['auth-file'],
};

export type LogoutFlags = FlagsOf<typeof LOGOUT_OPTIONS>;
