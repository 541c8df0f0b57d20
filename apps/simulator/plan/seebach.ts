import { type City, type CityRows, cityOf } from './plan'

const rows: CityRows = {
  operator: 'seebach',
  name: 'Seebach',
  size: [16, 11],
  origin: { lat: 51.27, lon: 11.9 },
  stops: [
    ['Seebach Bahnhof', 8, 5.5],
    ['Marktplatz', 5, 5.5],
    ['Mühlgraben', 2, 5.5],
    ['Schule am See', 11, 5.5],
    ['Bootshaus', 14, 5.5],
    ['Kirchberg', 8, 2],
    ['Ziegelhütte', 11, 2],
    ['Gewerbegebiet', 14, 2],
    ['Friedhof', 8, 9],
    ['Obere Wiesen', 5, 9],
    ['Waldsee', 2, 9],
  ],
  lines: [
    {
      name: '21',
      vehicle: 'bus',
      color: '1F5FA8',
      textColor: 'FFFFFF',
      every: [8, 9],
      via: ['Mühlgraben', 'Marktplatz', 'Seebach Bahnhof', 'Schule am See', 'Bootshaus'],
    },
    {
      name: '22',
      vehicle: 'bus',
      color: 'A3460C',
      textColor: 'FFFFFF',
      every: [10, 12],
      via: ['Waldsee', 'Obere Wiesen', 'Friedhof', 'Seebach Bahnhof', 'Kirchberg', 'Ziegelhütte', 'Gewerbegebiet'],
    },
  ],
}

/** A small operator beside Lindenau: its own timetable, feeds, bot and riders. */
export const seebach: City = cityOf(rows)
