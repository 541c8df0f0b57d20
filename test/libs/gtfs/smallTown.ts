import { loadTimetable } from '#gtfs/loadTimetable'
import { type Network, networkOf } from '#gtfs/network'
import { zipOf } from './zipOf'

/**
 * A town with a tram (stops A B C D, trip t1 at 10:00, the way back t2, and t3 past midnight), a bus that meets it at B's station, and a
 * ring bus without exact times. Service days in Europe/Berlin; all services run every day of 2026.
 */
export const smallTown: Readonly<Record<string, string>> = {
  'agency.txt': 'agency_id,agency_name,agency_url,agency_timezone,agency_lang\nST,Small Town,https://example.org,Europe/Berlin,de\n',
  'routes.txt':
    'route_id,agency_id,route_short_name,route_long_name,route_type,route_color,route_text_color\n' +
    'R3,ST,3,,0,FF0000,FFFFFF\nR3N,ST,3,Night,0,,\nB7,ST,7,,3,,\nRING,ST,,"Ring, inner",3,,\n',
  'stops.txt':
    'stop_id,stop_name,stop_lat,stop_lon,location_type,parent_station\n' +
    'A,Am Ende,50.00,8.00,0,\nSB,Bahnhof,50.01,8.00,1,\nB1,Bahnhof,50.01,8.00,0,SB\nB2,Bahnhof,50.01,8.00,0,SB\nB9,Bahnhof,50.01,8.00,0,SB\n' +
    'C,Center,50.03,8.00,0,\nD,Dorf,50.04,8.00,0,\n',
  'calendar.txt':
    'service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\nALL,1,1,1,1,1,1,1,20260101,20261231\nWK,1,1,1,1,1,0,0,20260101,20261231\n',
  'calendar_dates.txt': 'service_id,date,exception_type\nALL,20261224,2\nWK,20260307,1\n',
  'trips.txt':
    'route_id,service_id,trip_id,trip_headsign,direction_id\nR3,ALL,t1,Dorf,0\nR3,ALL,t2,Am Ende,1\nR3N,ALL,t3,Dorf,0\nB7,WK,b1,Center,0\nRING,ALL,ring,,0\n',
  'stop_times.txt':
    'trip_id,arrival_time,departure_time,stop_id,stop_sequence,pickup_type\n' +
    't1,10:20:00,10:21:00,C,30,0\nt1,10:00:00,10:00:00,A,10,0\nt1,,,B1,20,0\nt1,10:30:00,10:30:00,D,40,0\n' +
    't2,11:00:00,11:00:00,D,1,0\nt2,11:10:00,11:10:00,C,2,0\nt2,11:20:00,11:20:00,B1,3,0\nt2,11:30:00,11:30:00,A,4,0\n' +
    't3,25:10:00,25:10:00,A,1,0\nt3,25:40:00,25:40:00,D,2,0\n' +
    'b1,9:00:00,9:00:00,B2,1,0\nb1,9:30:00,9:30:00,C,2,0\n' +
    'ring,0:00:00,0:00:00,B2,1,0\nring,0:10:00,0:10:00,C,2,0\nring,0:20:00,0:20:00,B2,3,0\n',
  'frequencies.txt': 'trip_id,start_time,end_time,headway_secs,exact_times\nring,06:00:00,20:00:00,600,0\n',
  'feed_info.txt': 'feed_publisher_name,feed_publisher_url,feed_lang,feed_version\nST,https://example.org,de,spring\n',
}

export const smallTownZip = (changes: Readonly<Record<string, string>> = {}): Buffer => zipOf({ ...smallTown, ...changes })

export async function smallTownNetwork(operator = 'st', changes: Readonly<Record<string, string>> = {}): Promise<Network> {
  const loaded = await loadTimetable(smallTownZip(changes))
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems))
  return networkOf(operator, loaded.timetable)
}
