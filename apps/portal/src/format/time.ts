import type { Language } from '@pileus/model/language';

/** `2026-11-22 14:03:07`, in the reader's time zone. */
export function moment(iso: string): string {
  const at = new Date(iso);
  const two = (n: number) => String(n).padStart(2, '0');
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}

/** `14:03:07.250` */
export function timeOfDay(iso: string): string {
  const at = new Date(iso);
  return `${moment(iso).slice(11)}.${String(at.getMilliseconds()).padStart(3, '0')}`;
}

/** `3 minutes ago`, `in 2 days`; under ten seconds `just now`. */
export function ago(iso: string, now: number, language: Language): string {
  const seconds = (Date.parse(iso) - now) / 1000;
  const size = Math.abs(seconds);
  const relative = new Intl.RelativeTimeFormat(language, {
    numeric: 'auto',
    style: language === 'en' ? 'short' : 'long',
  });
  if (size < 10) return relative.format(0, 'second');
  if (size < 60) return relative.format(Math.round(seconds), 'second');
  if (size < 3600) return relative.format(Math.round(seconds / 60), 'minute');
  if (size < 86_400) return relative.format(Math.round(seconds / 3600), 'hour');
  return relative.format(Math.round(seconds / 86_400), 'day');
}

/** `400 ms`, `12 s`, `3 min 05 s`, `2 h 10 min`; in Chinese `3 分 05 秒`. */
export function span(milliseconds: number, language: Language): string {
  const unit =
    language === 'zh-CN' ? { ms: '毫秒', s: '秒', min: '分', h: '小时' } : { ms: 'ms', s: 's', min: 'min', h: 'h' };
  const seconds = Math.max(0, milliseconds) / 1000;
  if (seconds < 1) return `${Math.round(seconds * 1000)} ${unit.ms}`;
  if (seconds < 10) return `${seconds.toFixed(1)} ${unit.s}`;
  if (seconds < 60) return `${Math.floor(seconds)} ${unit.s}`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} ${unit.min} ${String(Math.floor(seconds % 60)).padStart(2, '0')} ${unit.s}`;
  return `${Math.floor(minutes / 60)} ${unit.h} ${String(minutes % 60).padStart(2, '0')} ${unit.min}`;
}
