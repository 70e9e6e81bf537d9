import { expect, test } from 'vitest';
import { isDocumentation } from '../../src/ecosystems/documentation.ts';

test.each([
  'usr/share/doc/bash/copyright',
  'usr/local/share/man/man1/tool.1',
  'usr/share/info/dir.gz',
  'usr/share/licenses/musl/COPYRIGHT',
  'usr/share/locale/de/LC_MESSAGES/bash.mo',
  'usr/share/bash-completion/completions/git',
  'usr/share/zsh/vendor-completions/_git',
  'usr/share/lintian/overrides/bash',
  'usr/share/bug/libc6/presubj',
])('%s is documentation', (path) => {
  expect(isDocumentation(path)).toBe(true);
});

test.each([
  'usr/share/common-licenses/GPL-3',
  'usr/share/locale/locale.alias',
  'usr/share/bash-completion/bash_completion',
  'usr/share/zsh/functions/Misc/zmv',
  'usr/share/zoneinfo/UTC',
  'usr/share/documents/doc/x',
  'opt/usr/share/doc/x',
  'etc/services',
])('%s is a part of its package', (path) => {
  expect(isDocumentation(path)).toBe(false);
});
