import { expect, test } from 'vitest';
import { declaredArgs, scrubBuildArgs, scrubVariables } from '../../src/edits/scrub-history.ts';

test.each<[string, string, readonly string[]]>([
  // The classic builder and buildah.
  ['|1 A=1 /bin/sh -c make', '|1 A=*** /bin/sh -c make', ['A']],
  ['|2 A=1 B=two words /bin/sh -c A=3 make', '|2 A=*** B=*** /bin/sh -c A=3 make', ['A', 'B']],
  ['|1 A= /bin/sh -c make', '|1 A=*** /bin/sh -c make', ['A']],
  ['/bin/sh -c #(nop)  ARG TOKEN=abc', '/bin/sh -c #(nop)  ARG TOKEN=***', ['TOKEN']],
  ['/bin/sh -c #(nop) ARG A=1 B=2 3', '/bin/sh -c #(nop) ARG A=*** B=***', ['A', 'B']],
  // BuildKit.
  [
    'RUN |1 URL=https://u:p@h/ /bin/bash -o pipefail -c make # buildkit',
    'RUN |1 URL=*** /bin/bash -o pipefail -c make # buildkit',
    ['URL'],
  ],
  ['ARG A=1', 'ARG A=***', ['A']],
  ['RUN |1 A=x cmd /S /C dir', 'RUN |1 A=*** cmd /S /C dir', ['A']],
  // A command without a shell: nobody knows where the value ends.
  ['RUN |1 A=two npm ci # buildkit', 'RUN |1 A=*** # buildkit', ['A']],
  // A value that looks like an argument.
  ['|1 A=x B=y /bin/sh -c make', '|1 *** /bin/sh -c make', ['A']],
])('the values of %j are gone', (step, text, names) => {
  expect(scrubBuildArgs(step, [])).toEqual({ text, names });
  expect(scrubBuildArgs(text, [])).toEqual({ text, names: [] });
});

test('arguments that other steps declare are told from values that look like them', () => {
  const step = '|2 A=x K=y B=z /bin/sh -c make';
  expect(scrubBuildArgs(step, ['A', 'B'])).toEqual({
    text: '|2 A=*** B=*** /bin/sh -c make',
    names: ['A', 'B'],
  });
  expect(declaredArgs('ARG A=x B')).toEqual(['A', 'B']);
  expect(declaredArgs('/bin/sh -c #(nop)  ARG A')).toEqual(['A']);
  expect(declaredArgs('RUN ARG=1 make')).toEqual([]);
});

test.each([
  'ARG A',
  'RUN /bin/sh -c A=1 make # buildkit',
  'ENV A=1',
  '/bin/sh -c #(nop)  CMD ["ARG A=1"]',
  'COPY |1 A=1 /x',
  '',
])('%j has no values of build arguments', (step) => {
  expect(scrubBuildArgs(step, [])).toEqual({ text: step, names: [] });
});

test.each([
  ['ENV A=1 B=2', 'ENV A=*** B=2'],
  ['/bin/sh -c #(nop)  ENV A=two words B=2', '/bin/sh -c #(nop)  ENV A=*** B=2'],
  ['ENV A=x C=y', 'ENV A=***'],
  ['ENV B=A=1', 'ENV B=A=1'],
  ['RUN A=1 make', 'RUN A=1 make'],
])('%j without the variable A is %j', (step, text) => {
  expect(scrubVariables(step, new Set(['A']), new Set(['A', 'B'])).text).toBe(text);
});
