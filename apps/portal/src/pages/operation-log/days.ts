/** The first moment of a day (`2026-11-22`) of the reader's time zone. */
export function dayStart(day: string | undefined): string | undefined {
  return at(day, 'T00:00:00.000');
}

/** The last moment of a day. */
export function dayEnd(day: string | undefined): string | undefined {
  return at(day, 'T23:59:59.999');
}

function at(day: string | undefined, time: string): string | undefined {
  const moment = new Date(`${day}${time}`);
  return day === undefined || Number.isNaN(moment.getTime()) ? undefined : moment.toISOString();
}
