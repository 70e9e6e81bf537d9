import { expect, test } from 'vitest';
import { sourceKindOf } from '../../src/ecosystems/source-kind.ts';

test.each([
  ['/srv/app.py', 'code'],
  ['/srv/app.mjs', 'code'],
  ['/srv/app.d.ts', 'code'],
  ['/srv/.py', 'code'],
  ['/srv/plot.R', 'code'],
  ['/srv/start.sh', 'shell'],
  ['/srv/Procfile', 'shell'],
  ['/etc/cron.d/backup', 'shell'],
  ['/etc/s6-overlay/s6-rc.d/web/run', 'shell'],
  ['/var/spool/cron/crontabs/web', 'shell'],
  ['/etc/supervisor/app.conf', 'settings'],
  ['/etc/systemd/system/app.service', 'settings'],
  ['/srv/py', undefined],
  ['/srv/app.PY', undefined],
  ['/srv/etc/cron.d/backup', undefined],
  ['/etc/cronology', undefined],
  ['/srv/README.md', undefined],
])('%s is a source of the kind %s', (path, kind) => {
  expect(sourceKindOf(path)).toBe(kind);
});
