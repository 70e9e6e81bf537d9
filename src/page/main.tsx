import { render } from 'preact';
import { App } from './app.tsx';
import { readDocument } from './data/read-document.ts';

render(<App document={readDocument()} />, document.getElementById('page') as HTMLElement);
