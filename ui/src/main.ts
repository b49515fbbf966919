import '@fontsource-variable/atkinson-hyperlegible-next/wght.css';
import '@fontsource-variable/source-serif-4/opsz.css';
import '@fontsource-variable/source-serif-4/opsz-italic.css';
import './tokens.css';
import './base.css';

import { mount } from 'svelte';

import { tauri } from './backend';
import App from './features/app/App.svelte';
import { Clock } from './state/clock.svelte';

const target = document.getElementById('app');
if (target) {
  mount(App, { target, props: { backend: await tauri(), clock: new Clock(() => Date.now()) } });
}
