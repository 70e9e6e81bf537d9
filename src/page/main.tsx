import { render } from 'preact';
import { App } from './app.tsx';
import { readDocument } from './data/read-document.ts';
import { MirrorRun } from './mirror/mirror-run.tsx';

const page = readDocument();

render(
  page.kind === 'mirror' ? <MirrorRun document={page} /> : <App document={page} />,
  document.getElementById('page') as HTMLElement,
);
