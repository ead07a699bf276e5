"""Who plays in the practice exchange's leagues: city or first name (a club has none), name, and short name.

The league codes are those that the exchange's `getLeagues` gives.
"""

from typing import NamedTuple


class Side(NamedTuple):
    place: str
    name: str
    short_name: str


class League(NamedTuple):
    code: str
    sport: str
    sides: tuple[Side, ...]
    usual_total: float
    widest_spread: float


def _sides(table: str) -> tuple[Side, ...]:
    return tuple(Side(*(cell.strip() for cell in line.split("|"))) for line in table.strip().splitlines())


LEAGUES = (
    League(
        "NBA",
        "basketball",
        _sides("""
            Los Angeles | Lakers | LAL
            Boston | Celtics | BOS
            Golden State | Warriors | GSW
            Denver | Nuggets | DEN
            Milwaukee | Bucks | MIL
            New York | Knicks | NYK
            Dallas | Mavericks | DAL
            Miami | Heat | MIA
            Phoenix | Suns | PHX
            Philadelphia | 76ers | PHI
            Minnesota | Timberwolves | MIN
            Cleveland | Cavaliers | CLE
        """),
        usual_total=224.5,
        widest_spread=12.5,
    ),
    League(
        "NFL",
        "football",
        _sides("""
            Kansas City | Chiefs | KC
            Buffalo | Bills | BUF
            Chicago | Bears | CHI
            Detroit | Lions | DET
            Dallas | Cowboys | DAL
            Philadelphia | Eagles | PHI
            San Francisco | 49ers | SF
            Green Bay | Packers | GB
            Baltimore | Ravens | BAL
            Cincinnati | Bengals | CIN
        """),
        usual_total=45.5,
        widest_spread=13.5,
    ),
    League(
        "NHL",
        "hockey",
        _sides("""
            Toronto | Maple Leafs | TOR
            Montreal | Canadiens | MTL
            Boston | Bruins | BOS
            New York | Rangers | NYR
            Edmonton | Oilers | EDM
            Colorado | Avalanche | COL
            Vegas | Golden Knights | VGK
            Florida | Panthers | FLA
        """),
        usual_total=6.5,
        widest_spread=1.5,
    ),
    League(
        "MLB",
        "baseball",
        _sides("""
            New York | Yankees | NYY
            Boston | Red Sox | BOS
            Los Angeles | Dodgers | LAD
            Houston | Astros | HOU
            Atlanta | Braves | ATL
            Chicago | Cubs | CHC
            San Diego | Padres | SD
            Seattle | Mariners | SEA
        """),
        usual_total=8.5,
        widest_spread=1.5,
    ),
    League(
        "ATP",
        "tennis",
        _sides("""
            Carlos | Alcaraz | ALC
            Jannik | Sinner | SIN
            Novak | Djokovic | DJO
            Daniil | Medvedev | MED
            Alexander | Zverev | ZVE
            Taylor | Fritz | FRI
            Casper | Ruud | RUU
            Andrey | Rublev | RUB
        """),
        usual_total=22.5,
        widest_spread=4.5,
    ),
    League(
        "PREMIER-LEAGUE",
        "soccer",
        _sides("""
            | Arsenal | ARS
            | Liverpool | LIV
            | Manchester City | MCI
            | Chelsea | CHE
            | Tottenham Hotspur | TOT
            | Newcastle United | NEW
            | Aston Villa | AVL
            | Everton | EVE
        """),
        usual_total=2.5,
        widest_spread=1.5,
    ),
)
