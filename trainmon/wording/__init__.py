"""Every number format and sentence that a person reads, made from values: a second language is a second table."""

from trainmon.wording.app import *
from trainmon.wording.charts import *
from trainmon.wording.comparison_page import *
from trainmon.wording.comparisons import *
from trainmon.wording.curves import *
from trainmon.wording.findings import *
from trainmon.wording.formats import *
from trainmon.wording.guidance import *
from trainmon.wording.integrations import *
from trainmon.wording.live import *
from trainmon.wording.memory import *
from trainmon.wording.memory_trend import *
from trainmon.wording.missing import *
from trainmon.wording.overview import *
from trainmon.wording.reports import *
from trainmon.wording.roles import *
from trainmon.wording.saved import *
from trainmon.wording.sharing import *
from trainmon.wording.states import *
from trainmon.wording.status import *
from trainmon.wording.story import *
from trainmon.wording.tuning import *
from trainmon.wording.verdicts import *
