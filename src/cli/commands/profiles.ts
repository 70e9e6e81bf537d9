import { LINT_OPTIONS, TRIAL_OPTIONS } from '../../options/read-options.ts';
import { defineCommand, type Command } from '../command.ts';

const loadActions = () => import('./profiles-action.ts');

const PROFILE = { name: 'PROFILE', help: 'a name, or a file', offers: 'profiles' } as const;

export const profiles: Command = defineCommand({
  name: 'profiles',
  summary: 'list, show, test and check profiles',
  load: async () => (await loadActions()).listProfiles,
  commands: [
    defineCommand({
      name: 'list',
      summary: 'list the profiles that come with reslim',
      load: async () => (await loadActions()).listProfiles,
    }),
    defineCommand({
      name: 'show',
      summary: 'print every rule of a profile',
      operands: [PROFILE],
      load: async () => (await loadActions()).showProfile,
    }),
    defineCommand({
      name: 'test',
      summary: 'show what each rule of a profile removes from an image',
      operands: [PROFILE, { name: 'IMAGE', help: 'named like SOURCE' }],
      options: TRIAL_OPTIONS,
      load: async () => (await loadActions()).testProfile,
    }),
    defineCommand({
      name: 'lint',
      summary: 'find mistakes in profiles, and rules without effect',
      operands: [
        { name: 'FILES', help: 'your own profiles; none: those of reslim', repeats: true },
      ],
      options: LINT_OPTIONS,
      load: async () => (await import('./lint-action.ts')).runLint,
    }),
  ],
});
