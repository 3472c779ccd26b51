// Three small drawings in the shape the real ones come in: colours by class, places to point at, the same numbers as a table.
import type { ChartView, HotspotView, RoleView } from '../../ipc/bindings';

interface Bar {
  label: string;
  value: number;
  text: string;
}

function columns(bars: readonly Bar[], hot: number): { svg: string; hotspots: HotspotView[] } {
  const w = 322;
  const h = 112;
  const top = Math.max(...bars.map((b) => b.value), 1);
  const step = w / bars.length;
  let svg = `<svg xmlns="http://www.w3.org/2000/svg" class="chart" viewBox="0 0 ${w} ${h}" role="img">`;
  const hotspots: HotspotView[] = [];
  bars.forEach((b, i) => {
    const height = (b.value / top) * 72;
    const x = i * step + step * 0.2;
    svg += `<rect class="${i >= bars.length - hot ? 'chart-emphasis' : 'chart-mark'}" x="${x}" y="${92 - height}" width="${step * 0.6}" height="${height}" rx="2"/>`;
    svg += `<text class="chart-axis" x="${x + step * 0.3}" y="106" text-anchor="middle">${bars.length > 7 ? b.label.charAt(0) : b.label}</text>`;
    if (bars.length <= 7) svg += `<text class="chart-ink" x="${x + step * 0.3}" y="${88 - height}" text-anchor="middle">${b.value}</text>`;
    hotspots.push({ x: (i * step) / w, y: 0, width: step / w, height: 1, label: b.text });
  });
  return { svg: `${svg}</svg>`, hotspots };
}

export function chartsFor(role: RoleView, asOf: number): ChartView[] {
  const mine = role === 'freelancer';
  const funnel: Bar[] = [
    { label: 'Views', value: mine ? 96 : 214, text: '' }, { label: 'Applications', value: mine ? 18 : 41, text: '' }, { label: 'Accepted', value: mine ? 3 : 6, text: '' },
  ].map((b) => ({ ...b, text: `${b.label}: ${b.value} in the last 90 days` }));
  const answers: Bar[] = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'].map((label, i) => ({ label, value: [3, 2, 4, 3, 2, 9, 7][i] ?? 0, text: `${label}: half of the answers within ${[3, 2, 4, 3, 2, 9, 7][i]} hours` }));
  const months = ['Dec', 'Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov'];
  const jobs: Bar[] = months.map((label, i) => ({ label, value: [2, 4, 3, 5, 6, 5, 7, 6, 8, 7, 10, 8][i] ?? 0, text: `${label}: ${[2, 4, 3, 5, 6, 5, 7, 6, 8, 7, 10, 8][i]} jobs finished` }));
  const chart = (id: string, title: string, definition: string, bars: Bar[], hot: number, unit: string): ChartView => ({
    id, title, definition, as_of: asOf, ...columns(bars, hot), columns: [id === 'funnel' ? 'Step' : id === 'response_time' ? 'Day' : 'Month', unit],
    rows: bars.map((b) => [b.label, String(b.value)]), summary: `${title}. ${bars.map((b) => `${b.label} ${b.value}`).join(', ')}.`,
  });
  return [
    chart('funnel', mine ? 'One in six applications becomes a job' : 'One view in five becomes an application', 'Views, applications and accepted offers of the last 90 days.', funnel, 1, 'Count'),
    chart('response_time', 'Answers come fastest on Tuesdays and Fridays', 'Hours until half of the messages are answered, by weekday, last 90 days.', answers, 0, 'Hours'),
    chart('jobs_by_month', 'October was the best month so far', 'Contracts completed in each of the last twelve months.', jobs, 2, 'Jobs'),
  ];
}
