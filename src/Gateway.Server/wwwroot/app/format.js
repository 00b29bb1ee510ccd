const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];

/** 1234567 -> "1.2 MB" */
export function formatBytes(count) {
  if (!Number.isFinite(count)) return '';
  let i = 0;
  while (count >= 1000 && i < units.length - 1) {
    count /= 1000;
    i++;
  }
  return `${i === 0 || count >= 100 ? Math.round(count) : count.toFixed(1)} ${units[i]}`;
}

/** 83 -> "1 min 23 s" */
export function formatSeconds(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

/** 83 -> "1:23" */
export function formatDuration(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  const parts = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
  const shown = parts[0] > 0 ? parts : parts.slice(1);
  return shown.map((part, i) => (i === 0 ? String(part) : String(part).padStart(2, '0'))).join(':');
}

const timeOfDay = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const dayAndTime = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' });

/** The time today, else day and time. @param {number} milliseconds since 1970 */
export function formatTime(milliseconds) {
  const date = new Date(milliseconds);
  return (date.toDateString() === new Date().toDateString() ? timeOfDay : dayAndTime).format(date);
}
