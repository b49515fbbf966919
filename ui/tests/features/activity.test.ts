import { screen } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';

import { ofComputer, ofNobody, ofOne, ofPractice } from '../../dev/activities';
import { inbox } from '../../dev/people';
import type { Activity, Answer, Command, Role, View } from '../../src/backend/bindings';
import { sheet } from '../../src/features/activity/counts';
import { took } from '../../src/words/activity';
import { button, DONE, Drawn, press, settled } from '../drawn';

function of(role: Role): View {
  if (inbox.session.session !== 'signed_in') throw new Error('nobody');
  const session = { ...inbox.session, staff: { ...inbox.session.staff, role } };
  return { ...inbox, pane: null, session };
}

const given =
  (activity: Activity) =>
  (command: Command): Answer => {
    if (command.command === 'read_activity') return { answer: 'activity', ...activity };
    if (command.command === 'save_table') return { answer: 'saved', file: '/d/weeks.csv' };
    return DONE;
  };

async function drawn(role: Role, answers: Drawn['answers']): Promise<Drawn> {
  const page = new Drawn(of(role));
  page.answers = answers;
  await settled();
  await press(button('Activity'));
  return page;
}

const shown = (): string => screen.getByRole('main').textContent ?? '';
const weeks = (page: Drawn) => page.sentOf('read_activity').map((one) => one.of);

describe('what the weeks looked like', () => {
  it('is counted on this computer for a clinician, who is offered nothing else', async () => {
    const page = await drawn('clinician', given(ofComputer));
    expect(weeks(page)).toEqual([{ of: 'here' }]);
    expect(screen.queryByRole('button', { name: '12 weeks' })).toBeNull();
    expect(shown()).toContain('on this computer: it keeps them for 14 days');
    // How many signed in without help is not known here.
    expect(shown()).not.toContain('Sign-ins that needed help');
    expect(document.activeElement?.textContent).toBe('What the weeks looked like');
  });

  it('is the practice’s for an admin, over as many weeks as they choose', async () => {
    const page = await drawn('admin', given(ofPractice(12)));
    await press(button('52 weeks'));
    await press(button('This computer'));
    expect(weeks(page)).toEqual([
      { of: 'practice', weeks: 12 },
      { of: 'practice', weeks: 52 },
      { of: 'here' },
    ]);
    expect(button('This computer').getAttribute('aria-pressed')).toBe('true');
    expect(shown()).toContain('Sign-ins that needed help');
  });

  it('has every figure of a chart in a table, whose cells are named', async () => {
    await drawn('admin', given(ofPractice(4)));
    const figures = screen.getAllByRole('figure');
    expect(figures).toHaveLength(5);
    for (const figure of figures) {
      const drawings = [...figure.querySelectorAll('svg')];
      expect(drawings.every((svg) => svg.closest('[aria-hidden="true"]'))).toBe(true);
      const table = figure.querySelector('table');
      expect(table?.querySelectorAll('thead th[scope="col"]').length).toBeGreaterThan(2);
      expect(table?.querySelector('tbody th[scope="row"]')).not.toBeNull();
    }
    const [causes] = figures;
    const rows = causes?.querySelectorAll('tbody tr');
    expect(rows).toHaveLength(4);
    const last = [...(rows?.[3]?.querySelectorAll('td') ?? [])].map((td) => Number(td.textContent));
    const all = last.pop();
    expect(last.reduce((sum, n) => sum + n, 0)).toBe(all);
  });

  it('says so where nobody needed help', async () => {
    await drawn('clinician', given(ofNobody));
    expect(shown()).toContain('Nobody needed help in this time.');
    expect(screen.queryByRole('figure')).toBeNull();
  });

  it('draws one request as one', async () => {
    await drawn('clinician', given(ofOne));
    const [figure, ...others] = screen.getAllByRole('figure');
    expect(others).toEqual([]);
    expect(figure?.querySelector('.kinds')?.textContent).toContain('The link was dead');
    expect(figure?.querySelectorAll('tbody tr')).toHaveLength(3);
  });

  it('says why it could not be read, and reads it at the next try', async () => {
    let online = false;
    const page = await drawn('admin', (command) =>
      online
        ? given(ofPractice(12))(command)
        : command.command === 'read_activity'
          ? { answer: 'refused', code: 'offline', by: null, retry_at: null }
          : DONE,
    );
    expect(screen.getByRole('alert').textContent).toContain('There is no connection');
    online = true;
    await press(button('Try again'));
    expect(screen.queryByRole('alert')).toBeNull();
    expect(weeks(page)).toHaveLength(2);
  });

  it('does not show a slow answer to an earlier choice', async () => {
    const late: ((answer: Answer) => void)[] = [];
    await drawn('admin', (command) =>
      command.command === 'read_activity' && command.of.of === 'practice'
        ? new Promise((resolve) => late.push(resolve))
        : given(ofNobody)(command),
    );
    expect(shown()).toContain('Counting…');
    await press(button('This computer'));
    late[0]?.({ answer: 'activity', ...ofPractice(12) });
    await settled();
    expect(shown()).toContain('Nobody needed help');
  });

  it('is saved as a sheet, and it is said where, or that it could not be', async () => {
    let room = true;
    const page = await drawn('admin', (command) =>
      command.command === 'save_table' && !room
        ? { answer: 'saved', file: null }
        : given(ofPractice(12))(command),
    );
    await press(button('Save as CSV'));
    expect(shown()).toContain('Saved: /d/weeks.csv');
    const [saved] = page.sentOf('save_table');
    expect(saved?.rows[0]).toEqual(['From', 'What', 'Of it', 'Number']);
    room = false;
    await press(button('Save as CSV'));
    expect(shown()).toContain('It could not be saved.');
  });

  it('is a sheet of rows of one length, small enough for the agent', () => {
    const rows = sheet(ofPractice(53));
    expect(new Set(rows.map((row) => row.length))).toEqual(new Set([4]));
    expect(rows.length).toBeLessThan(5_000);
    expect(rows.every((row) => /^\d*$/u.test(row[3] ?? '') || row[3] === 'Number')).toBe(true);
    expect(rows.at(-1)).toEqual([expect.any(String), 'slow.example', 'Mails sent', '12']);
  });

  it('says how long something took as a person would', () => {
    const said = [0, 40_000, 89_000, 91_000, 5_400_000, 80_000_000, 200_000_000].map(took);
    expect(said).toEqual([
      '0 seconds',
      '40 seconds',
      '89 seconds',
      '2 minutes',
      '2 hours',
      '22 hours',
      '2 days',
    ]);
  });
});
