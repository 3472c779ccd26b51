// Why somebody is not interested, as the program knows it and as it is asked.
interface Reason {
  value: string;
  label: string;
}

export const BECAUSE: Readonly<Record<'request' | 'freelancer', readonly Reason[]>> = {
  request: [
    { value: 'skills', label: 'The work is another' },
    { value: 'place', label: 'The place, or the hours of the day' },
    { value: 'time', label: 'The dates or the hours a week' },
    { value: 'rate', label: 'The budget' },
    { value: 'person', label: 'The client' },
  ],
  freelancer: [
    { value: 'skills', label: 'The skills are others' },
    { value: 'place', label: 'The place, or the hours of the day' },
    { value: 'time', label: 'When they are free' },
    { value: 'rate', label: 'The rate' },
    { value: 'person', label: 'Somebody I would rather not work with' },
  ],
};
