"""The sentences of the portal's tables of papers, as patterns: how a paper, a note, a condition, a case begins."""

import re

from dossiers.catalogue.portal_text import UPPER

ANY_CASE = re.IGNORECASE
ENUMERATOR = re.compile(
    r"^[\s\-–+*•.!;,/)]*(?:(?:\(?(?:[a-zđ]{1,2}\d?|[ivx]{1,5}|\d{1,2}(?:\.\d{1,2})*)[).]+|\d{1,2}/)[\s\-–+*•.]*)+"
    r"(?=\S)|^[\s\-–+*•.!;,/)]+",
    ANY_CASE,
)
COUNT = r"(?:\(?\d{1,2}\)?|một|hai|ba|mỗi loại)(?: ?\([^)]{1,5}\))?"
COUNTED = re.compile(rf"^{COUNT} (?=bản|ảnh|bộ|tờ|đơn|giấy|tệp|văn bản|\(|phiếu|cuốn|chiếc|hồ sơ|bức|mẫu)", ANY_CASE)
COPY_WORDS = re.compile(
    r"^(?:(?:nộp|gửi|cung cấp|kèm theo|có|là)\s+)?(?:bộ\s+)?(?:bản (?:chính|gốc|sao|chụp|điện tử|scan|phô ?tô|"
    r"photo(?:copy)?)|"
    r"xuất trình|một trong (?:các|những)|toàn bộ|các loại|những|các|bộ|sao y)\b\s*",
    ANY_CASE,
)
PAPER = re.compile(
    r"^(?:giấy|đơn|tờ|bản|văn bản|vb|báo cáo|tài liệu|quyết định|hợp đồng|hồ sơ|danh sách|danh mục|phương án|"
    r"biên bản|"
    r"bảng|thông báo|công văn|công hàm|dự thảo|điều lệ|nghị quyết|chứng từ|đề án|phụ lục|thuyết minh|cam kết|"
    r"h[oóoá]+a? đơn|"
    r"kế hoạch|thông tin|mẫu|phiếu|quy (?:trình|chế)|sơ (?:đồ|họa|yếu)|thẻ|hộ chiếu|căn cước|ảnh|hình ảnh|sổ|lý lịch|"
    r"chứng (?:chỉ|nhận|thư|minh|cứ)|dự án|mảnh trích|trích (?:lục|đo|sao)|ý kiến|vận (?:tải )?đơn|biên lai|"
    r"tóm tắt|đề cương|"
    r"thỏa thuận|thoả thuận|giải trình|đề nghị|đề xuất|xác nhận|kết quả|chương trình|bằng|tệp|thư|học bạ|"
    r"bình đồ|ủy nhiệm|uỷ nhiệm|"
    r"lời chứng|di chúc|tờ trình|catalog|nhãn|bìa|video|đĩa|usb|file|nội dung|tiêu chuẩn|điều ước|visa|thị thực|"
    r"thiết kế|"
    r"đăng ký|đánh giá|khai báo|số liệu|lệnh|bill|invoice|packing|c/o|phim|ấn phẩm|mô tả|đặc tả|quy định|"
    r"quy ước|luận chứng|"
    r"giá|báo giá|dự toán|quyết toán|biển số|hiện vật|bao bì|hình|tranh|bài|công trình|luận (?:án|văn)|thành phần)\b",
    ANY_CASE,
)
NOTE_GROUP = re.compile(
    r"^\W*(?:lưu ý|ghi chú|chú ý|chú thích|hướng dẫn|yêu cầu (?:chung|đối với hồ sơ)|quy định chung)",
    ANY_CASE,
)
NOTE_START = re.compile(
    r"^\W*(?:lưu ý|ghi chú|chú ý|chú thích|trong đó|giá trị sử dụng|số lượng(?: hồ sơ)?|số bộ|"
    r"thời hạn giải quyết|yêu cầu đối với|"
    r"cách thức (?:nộp|thực hiện)|thực hiện khai|thời gian|do (?:uỷ|ủy) ban|tại bước|theo quy định(?![^:;]*, cụ thể: )|"
    r"không (?:quy định|có)|"
    r"quy định về|thực hiện theo|đối với hồ sơ [^;.]{0,90}\bmỗi bộ gồm|"
    r"việc |khi sử dụng tài khoản|khi các cơ quan|sau khi giao|trong thời hạn|các (?:thành phần hồ sơ|giấy tờ|"
    r"tài liệu|văn bản) "
    r"(?:trên|nêu trên|này|nói trên)|hình thức nộp|nơi nộp|lệ phí)\b",
    ANY_CASE,
)
NO_PAPER = re.compile(
    r"không (?:cần |phải |yêu cầu |bắt buộc phải )(?:nộp|xuất trình|tải|có|gửi|cung cấp|bổ sung|thực hiện)|"
    r"được miễn|miễn nộp|"
    r"không (?:bao gồm|được yêu cầu|yêu cầu)|được sử dụng|chỉ cần cung cấp thông tin|thay thế cho|"
    r"được thay (?:thế )?bằng|có giá trị (?:pháp lý|chứng minh)|chịu trách nhiệm|có trách nhiệm(?! (?:bổ sung|"
    r"cung cấp|nộp))|"
    r"thì việc (?:ủy|uỷ) quyền thực hiện|từ chối|hủy bỏ|được (?:miễn|giảm|thực hiện|xác định|coi)|tải (?:bản|lên)|"
    r"(?:thực hiện|áp dụng) theo|quy định tại mục|phải (?:đáp ứng|thể hiện|bảo đảm|đảm bảo|ghi rõ|phù hợp|"
    r"thống nhất)",
    ANY_CASE,
)
REFERS_BACK = re.compile(
    r"(?:các|những) (?:giấy tờ|tài liệu|thành phần hồ sơ|văn bản|hồ sơ)\b[^,;.]{0,40}\b(?:này|trên|nêu trên|"
    r"nói trên|tương ứng)\b|"
    r"(?:thành phần hồ sơ|giấy tờ|tài liệu|hồ sơ) (?:khác|trên|nêu trên) (?:phải|được)|"
    r"hộ chiếu[^,;.]{0,60}phải gửi qua",
    ANY_CASE,
)
MUST_GIVE = re.compile(
    r"\b(?:phải|cần|thì|kèm theo|gửi kèm|bao gồm|nộp|nộp thêm|bổ sung|cung cấp|gửi|có|lập|thêm|"
    r"khai)\s+(?:cho (?:bộ|sở|cục|kho bạc|cơ quan) [^,;.]{2,40}?\s)?(?:(?:phải|thêm|lại|bổ sung|có|nộp|"
    r"kèm|kèm theo|gửi|theo|cho|cả|lập|thay bằng|cung cấp|khai|và|xuất trình|cơ quan hải quan)[\s:]+)*"
    rf"(?:{COUNT}\s+)?(?:\(\d\d\)\s+)?(?:bộ\s+)?"
    r"(?:bản|văn bản|giấy|đơn|tờ|biên bản|quyết định|hợp đồng|tài liệu|các|hồ sơ|xác nhận|chứng|báo cáo|phiếu|"
    r"cam kết|thẻ|"
    r"hộ chiếu|thông báo|danh|một trong|trích lục|phụ lục|bảng|sổ|ảnh|nghị quyết|công văn|ý kiến|tóm tắt|đơn)\b",
    ANY_CASE,
)
CONDITION_START = re.compile(
    r"^\(?(?:(?:trong |đối với |với |ngoài |tùy |tuỳ )?(?:các |những |một số |từng )*trường hợp|đối với|"
    r"với trường hợp|nếu|khi|sau khi|"
    r"trừ trường hợp|riêng (?:đối với|trường hợp))\b",
    ANY_CASE,
)
HEADING_END = re.compile(
    r"(?::|(?:\bbao gồm|\bgồm(?: có)?|\bsau(?: đây)?|\bnhư sau)(?: (?:các|những|một trong các) (?:giấy tờ|"
    r"tài liệu|loại giấy tờ))?"
    r"(?: sau(?: đây)?)?)[\s.:;]*$",
    ANY_CASE,
)
RULE_OF_PAPER = re.compile(
    r"(?:các|những) (?:giấy tờ|tài liệu|thành phần hồ sơ|văn bản|hồ sơ)\b[^,;.]{0,40}\b(?:này|trên|nêu trên|"
    r"nói trên|tương ứng)\b|"
    r"[^,;:]{0,90}\bphải (?:gửi qua|do|được|thể hiện|có nội dung|ghi)|[^,;:]{0,120}\b(?:bổ sung họ tên|"
    r"được quy định|theo quy định tương ứng)",
    ANY_CASE,
)
CONSEQUENCE = re.compile(r"\bthì\b\s*(?=\S)|(?<!\d)(?<!\blà):\s*(?=\D)", ANY_CASE)
OBLIGATIONS = (
    re.compile(
        r",\s*(?=(?:kèm theo|phải|người|hồ sơ|cần|nộp|xuất trình|tổ chức|doanh nghiệp|cá nhân|cơ quan|"
        r"thương nhân|bổ sung|chủ|"
        r"nhân viên)\b)",
        ANY_CASE,
    ),
    re.compile(r",\s*(?=[^,;.:]{3,80}\b(?:nộp|bổ sung|gửi|cung cấp|xuất trình)\s)", ANY_CASE),
    re.compile(r"(?<!không),?\s(?=(?:phải|cần) (?:có|nộp|kèm|gửi|bổ sung|xuất trình)\b)", ANY_CASE),
)
FIRST_OF_LIST = re.compile(r"(?:\s|:|,)(?:a\)|\(?i\)|\(1\)|1\)|\++)\s*", ANY_CASE)
LIST_WORDS = re.compile(
    r"\b(?:gồm(?: có)?|bao gồm|như sau|sau(?: đây)?|phải nộp|phải xuất trình|phải có|bổ sung)[\s:;.]*$",
    ANY_CASE,
)
AUTHORITY = (
    r"(?:(?:các )?cơ quan(?!, (?:tổ chức|đơn vị))|(?:ủy|uỷ) ban|ubnd|sở [a-zđ]|bộ (?:công|tài|tư|y|xây|quốc|nội|"
    r"ngoại|giáo|khoa|nông|văn|dân)|cục|chi cục|người tiếp nhận|cán bộ(?!, chiến)|công chức|bộ phận|"
    r"trung tâm phục vụ|tòa án|văn phòng đăng ký|đơn vị nhận)"
)
ACTOR = re.compile(
    rf"^(?:{AUTHORITY}|người|cá nhân|tổ chức|doanh nghiệp|công dân|thương nhân|đương sự|chủ |ngoài |cơ sở|"
    rf"nhà đầu tư|thủ tướng|"
    r"phương thức|tất cả|mọi|đơn vị|bên |hãng|nhân viên|vào lần|để |tuỳ|tùy|do |vợ|cha|hồ sơ (?:đăng ký|được|"
    r"phải|nộp)|"
    r"cán bộ, chiến|căn cứ|theo|tỷ lệ|kích thước)",
    ANY_CASE,
)
ACTS_AUTHORITY = re.compile(
    rf"(?:^|\bthì |, ){AUTHORITY}\b[^,;.]{{0,90}}\b(?:có trách nhiệm|yêu cầu|từ chối|khai thác|tra cứu|phải|chỉ|"
    rf"gửi|thực hiện)\b",
    ANY_CASE,
)
PAPERS_MUST = re.compile(
    r"^(?:(?:các |những |bản chụp các |bản sao các |mọi )?(?:giấy tờ|tài liệu|văn bản|thành phần hồ sơ|hồ sơ|"
    r"bản chụp)[^;:]{0,160}?)"
    r"\b(?:(?:phải|cần) (?:được )?(?:hợp pháp|dịch|gửi kèm bản dịch|công chứng|chứng thực|bảo đảm|đảm bảo|rõ|"
    r"còn|trình bày|in|lập|"
    r"thể hiện|ghi|đóng|thực hiện|nộp|có (?:xác nhận|bản dịch|giá trị|chữ ký|dấu))|được (?:lập|dịch) (?:bằng|ra|"
    r"sang)|có giá trị pháp lý|được thể hiện dưới dạng)",
    ANY_CASE,
)
FILE_OF_LAW = re.compile(
    r"^hồ sơ\b[^;]{0,120}\b(?:bao gồm|gồm) (?:các )?(?:giấy tờ|thông tin|tài liệu) (?:theo quy định|phải)",
    ANY_CASE,
)
ISSUED_GROUP = re.compile(
    r"^hồ sơ (?:do |của )?(?:cơ quan (?:quản lý|thẩm định|chuyên môn|có chức năng|tiếp nhận)|(?:ủy|"
    r"uỷ) ban nhân dân|ubnd|sở |cục |bộ [A-ZĐ]|"
    r"chi cục|vụ |văn phòng đăng ký|phòng )[^()]*\b(?:trình|gửi|lập|chuyển|báo cáo)\b|"
    r"thành phần hồ sơ cơ quan quản lý|^hồ sơ trình (?:phê duyệt\W*$|(?:ủy|uỷ) ban|thủ tướng)",
    ANY_CASE,
)
ISSUED_ROW = re.compile(
    r"^(?:dự thảo )?tờ trình của (?:sở|(?:ủy|uỷ) ban|bộ|cơ quan|cục|phòng|bộ phận|chi cục)|"
    r"^báo cáo đề xuất và dự thảo quyết định|"
    r"in (?:ra )?trong quá trình (?:thu nhận|giải quyết|tiếp nhận)|^(?:giấy tiếp nhận hồ sơ và hẹn|"
    r"phiếu kiểm soát quá trình|phiếu hẹn trả|"
    r"giấy hẹn trả)|^(?:quyết định|thông báo|văn bản|phiếu|biên bản)[^,;]{0,50} (?:của|"
    r"do) (?:cơ quan (?:tiếp nhận|giải quyết|thụ lý|công an nơi)|"
    r"người giải quyết|bộ phận một cửa)",
    ANY_CASE,
)
SHOW_GROUP = re.compile(
    r"(?:phải|cần) xuất trình|^(?:giấy tờ |hồ sơ )?xuất trình(?! hoặc)|giấy tờ xuất trình|"
    r"^[^,;:]{0,40}\bxuất trình (?:một trong )?các",
    ANY_CASE,
)
HAND_IN_TOO = re.compile(r"\b(?:nộp(?! hồ sơ\b)|gửi)\b", ANY_CASE)
SHOW_ROW = re.compile(
    r"^\(?xuất trình\b|\((?:chỉ )?(?:để )?xuất trình(?: khi[^)]*| bản chính)?\)|^giấy tờ (?:phải )?xuất trình\b|"
    r"\bthì xuất trình\b|"
    r"^(?!.*\b(?:bản sao|bản chụp|và xuất trình)\b)[^;.(]*\bxuất trình\b(?! bản (?:chính|gốc) để đối chiếu)",
    ANY_CASE,
)
HOLDER_PAPERS = re.compile(r"^giấy tờ (?:tùy thân |tuỳ thân )?của chủ xe\W*(?:\([^()]*\)\W*)?$", ANY_CASE)
PARENTHESES = re.compile(r"\([^()]*(?:\([^()]*\)[^()]*)*\)")
CASE_GROUP = re.compile(
    r"\btrường hợp|\bđối với\b|\bnếu\b|lần đầu|(?:ủy|uỷ) quyền (?:cho|thực hiện)|\bkhi có\b|nộp trực tiếp|"
    r"nộp trực tuyến|"
    r"(?:môi trường|phương thức|hình thức) (?:điện tử|trực t)|qua (?:bưu|hệ thống bưu)|khai (?:quyết toán|quý|"
    r"tháng|theo|từng)|"
    r"theo (?:từng lần|năm|quý|tháng)\b",
    ANY_CASE,
)
VARIANT = re.compile(
    r"^(?:hồ sơ (?:đề nghị )?)?(?:cấp (?:mới|lại|đổi)|gia hạn|điều chỉnh|sửa đổi|tạm ngừng|chấm dứt|dừng|"
    r"thay đổi|chuyển|đăng ký|thành lập|"
    r"rút|thanh toán|tái xuất|xuất khẩu|nhập khẩu)\b|\b(?:tái xuất|xuất khẩu|nhập khẩu|tạm nhập|rút vốn|"
    r"lần tiếp theo)\b",
    ANY_CASE,
)
ALL_PAPERS_GROUP = re.compile(
    r"^(?:thành phần(?:,? số lượng)? hồ sơ|(?:các )?(?:giấy tờ|tài liệu) (?:phải nộp|nộp|gồm)|(?:01|"
    r"một)? ?(?:\(\w+\) )?(?:bộ )?hồ sơ (?:bao )?gồm|"
    r"hồ sơ (?:đề nghị|đăng ký)?$|số lượng)",
    ANY_CASE,
)
SENTENCE = re.compile(rf"(?<=[\w)”\"][.])\s*(?=[{UPPER}]|\(Trường)")
PART = re.compile(rf";\s*(?!(?:hoặc|và/hoặc)\b)(?=\S)|\s\+ (?=\S)|\s[-–] (?=[{UPPER}])")
ROW_CONDITION = re.compile(
    r"\btrong (?:các )?trường hợp\b|\bđối với (?:các |những |một số )?trường hợp\b|\((?:các )?trường hợp\b|"
    r"[,–-] (?:nếu )?trường hợp\b|"
    r"\b(?:ngoại )?trừ (?:các )?trường hợp\b|\bnếu (?!có\b)|\((?:chỉ )?(?:áp dụng )?(?:đối với|cho trường hợp|"
    r"với trường hợp|dành cho|khi)\b|"
    r",\s+(?:áp dụng )?đối với\b|\bđối với [^,;.()]{0,80}\b(?:thuộc (?:diện|đối tượng|trường hợp)|không (?:có|"
    r"phải|thuộc)|chưa (?:có|được)|đã (?:có|được)|bị|ở|mồ côi)\b|"
    r"(?<=\w)(?<!thuộc)(?<!trong)(?<!các)(?<!những)(?<!từng)(?<!số)(?<!với)(?<!trừ)(?<!một) trường hợp (?!này|"
    r"trên|nêu|quy định)|"
    r"\bhoặc không có\b|\btuỳ từng trường hợp|\btùy từng trường hợp|\bkhi (?:có yêu cầu|được yêu cầu|ủy quyền|"
    r"uỷ quyền)\b",
    ANY_CASE,
)
IF_ANY = re.compile(
    r"\(?\s*nếu (?:có|cần)(?: [^)]{0,40})?\s*\)?[\s.;,]*(?:theo[^;]*|\(\s*bản (?:chính|sao)[^)]*\))?[\s.;,]*$",
    ANY_CASE,
)
IF_ANY_EARLY = re.compile(r"^[^;,]{0,90}\(nếu có\)", ANY_CASE)
JOINED = re.compile(r",|;|\bvà\b")
BY_ANOTHER = re.compile(
    r"^(?:văn bản|giấy|hợp đồng)(?: (?:chứng minh|về) việc)? (?:ủy|uỷ) quyền|^giấy giới thiệu|điện tử tương tác|"
    r"^văn bản về việc đại diện",
    ANY_CASE,
)
APPLIES_TO = re.compile(r"\((?:áp dụng )?đối với ([^()]*(?:\([^()]*\)[^()]*)*)\)", ANY_CASE)
ORIGINAL = re.compile(r"\bbản (?:chính|gốc)\b|\bbản chính/", ANY_CASE)
CERTIFIED = re.compile(
    r"bản sao[^,;.()]{0,30}\bchứng thực(?! cá nhân)|bản sao công chứng|công chứng|chứng thực (?:từ|bản)|sao y|"
    r"bản sao (?:được cấp )?từ sổ gốc",
    ANY_CASE,
)
PLAIN_COPY = re.compile(r"\bbản (?:sao|chụp|photo|phô)|\bsao chụp\b|\bbản scan\b|^ảnh trang\b", ANY_CASE)
COPY_START = re.compile(rf"^(?:{COUNT} )?(?:\(\d\d\) )?(?:bộ )?(?:bản (?:sao|chụp|photo|phô)|sao y)", ANY_CASE)
APPLICATION = re.compile(
    r"(?:đơn|tờ khai|giấy đề nghị|văn bản đề nghị|phiếu (?:đề nghị|yêu cầu)|"
    r"tờ trình)\b",
    ANY_CASE,
)
OR = re.compile(r"\bhoặc\b|/|\bkèm (?:theo )?bản (?:chính|gốc)|\bđối chiếu\b", ANY_CASE)
NO_CERTIFYING = re.compile(
    r"không (?:cần|phải|bắt buộc phải)?\s*(?:công chứng|"
    r"chứng thực)(?:, chứng thực)?",
    ANY_CASE,
)
CUT_MARK = re.compile(r"^(?:hoặc|và|có chứng thực|được chứng thực|điện tử)\s+", ANY_CASE)
GENERAL_PAPERS = re.compile(
    r"(?:các |những |mọi )?(?:giấy tờ|tài liệu|văn bản|thành phần hồ sơ|hồ sơ|bản chụp)"
    r"(?:,? (?:giấy tờ|tài liệu|hồ sơ))* "
    r"(?:được|phải|do cơ quan|bằng tiếng|trong hồ sơ|trên|nêu|nộp|gửi|đăng ký|các|có yếu tố|này)",
    ANY_CASE,
)
PAPERS_BELOW = re.compile(r"(?:giấy tờ|tài liệu) sau(?: đây)?\W*$", ANY_CASE)
LIST_OPENER = re.compile(r"(?:hồ sơ|thành phần|người|các (?:giấy tờ|tài liệu))", ANY_CASE)
CASE_WORDS = re.compile(r"trường hợp|đối với", ANY_CASE)
SHOWN = re.compile(r"\bxuất trình\b", ANY_CASE)
SHOWS = re.compile(
    r"(?:người|công dân|cá nhân|chủ )[^,;:.]{0,60}(?<!không phải )\bxuất trình (?:một trong|các|bản|giấy)", ANY_CASE
)
FILE_RULE = re.compile(r"hồ sơ\b.*\b(?:phải|được)\b", ANY_CASE)
FILE = re.compile(r"hồ sơ\b", ANY_CASE)
COPY_HANDED_IN = re.compile(r"\bnộp\b.{0,30}bản sao", ANY_CASE)
INFORMATION = re.compile(r"thông tin\b", ANY_CASE)
SHOWN_LATER = re.compile(r"trường hợp[^.]*\bxuất trình\b", ANY_CASE)
NUMBERED = re.compile(r"\W*\(?(?:[a-zđ]|\d{1,2}|[ivx]+)(?:\.\d+)*[).]", ANY_CASE)
NUMBERED_SUBJECT = re.compile(r"\W*\d{1,2}[.)]\s+\S+.*,")
MUST_HAND_IN_TITLE = re.compile(r"phải nộp", ANY_CASE)
LISTED = re.compile(r"\b(?:bao gồm|gồm|cụ thể(?: như sau)?\s*:)", ANY_CASE)
NEXT_SENTENCE = re.compile(rf"[.,]\s*(?=(?:[{UPPER}]|\d\d ))")
OWN_AUTHORITY = re.compile(AUTHORITY, ANY_CASE)
BEFORE_COPIES = re.compile(r"^.*?\b(?=bản (?:sao|chính))", ANY_CASE)
EITHER_ORIGINAL = re.compile(r"bản (?:chính|gốc) hoặc", ANY_CASE)
A_COPY = re.compile(r"bản sao|bản chụp", ANY_CASE)
ONLINE = re.compile(
    r"(?:hình thức|nộp hồ sơ|gửi hồ sơ|nộp|đăng ký|thủ tục) trực tuyến|(?:môi trường|phương thức|hình thức) điện tử|"
    r"điện tử tương tác",
    ANY_CASE,
)
AT_COUNTER = re.compile(r"hình thức trực tiếp|nộp (?:hồ sơ )?trực tiếp", ANY_CASE)
BESIDES = re.compile(r"(?:ủy|uỷ) quyền(?! cho (?:một|các)\b)|bưu chính|điện tử|trực tuyến", ANY_CASE)
ASIDE = re.compile(
    r"\s*\((?:nếu|do người yêu cầu|sau đây|trường hợp|trong trường hợp|áp dụng|đối với|trừ)"
    r"[^()]*(?:\([^()]*\)[^()]*)*\)",
    ANY_CASE,
)
WHEN = re.compile(r",?\s+(?:trong|đối với|trừ) (?:các )?trường hợp\b\s*(?P<when>.*)$", ANY_CASE)
WHEN_IF = re.compile(r"\((?:nếu|áp dụng|đối với)\b[^()]*\)", ANY_CASE)
MUST_HAVE = re.compile(r"^(?:(?:thì|phải|cần|có|nộp|kèm theo|gửi kèm|bổ sung|cung cấp|xuất trình|lại)\s+)+", ANY_CASE)
TAIL_OF_CONDITION = re.compile(r"\s*(?:,|:|\bthì\b|\bphải\b|\bkèm theo\b|\bcần\b)?\s*$", ANY_CASE)
# How long the paper is good for, and the cases listed behind its name: a receipt names the paper alone.
NOT_OF_THE_NAME = re.compile(
    r"(?<=.{8}),?\s+(?:và )?(?:có|còn) giá trị(?: sử dụng)?\b[^;]*|(?<=.{8}):\s*[+*•–-]\s*trường hợp\b.*$", ANY_CASE
)
INSTEAD = re.compile(r"(?<=.{8})[;,]\s*(?=(?:trường hợp|nếu) không (?:có|còn)\b)", ANY_CASE)
SOME_PEOPLE = re.compile(
    r"^(?:người|công dân|cá nhân|tổ chức|doanh nghiệp|vợ|chồng)"
    r"(?! (?:có )?(?:yêu cầu|đề nghị|nộp|khai|thực hiện|đăng ký))\b"
    r"[^;:]{0,200}\b(?:phải |thì )?nộp\b",
    ANY_CASE,
)
# "a) Thành phần hồ sơ giao đất …, gồm": one of several lists, each with its letter.
LETTERED_FILE = re.compile(
    r"\W*(?:[a-zđ]|\d{1,2})[.)]\s*thành phần hồ sơ\s+(?!(?:bao\s+)?gồm\b|phải\b|cần\b)\w", ANY_CASE
)
# A list of papers and behind the last of them, in brackets, the case that all of them are for.
CASE_BEHIND_LIST = re.compile(
    r"\((?:áp dụng\s+)?(?:đối với\s|trong\s+(?:các\s+)?trường hợp\s)[^()]+\)[\s.;]*$", ANY_CASE
)
# "…; các chứng từ quy định tại điểm d nếu được cơ quan chuyên ngành gửi …": a rule about papers named before.
EARLIER_PAPERS = re.compile(
    r"(?:các|những) (?:chứng từ|giấy tờ|tài liệu|văn bản)\b[^;]{0,20}\b(?:quy định tại|nêu|trên)\b", ANY_CASE
)
# "Hợp đồng ủy thác: 01 bản chụp": the row counts its copies itself, whatever the portal's numbers say.
COUNTED_COPIES = re.compile(r":\s*(?:nộp )?\d{1,2} bản (?:sao|chụp)\b", ANY_CASE)
# "Hồ sơ đăng ký … phải có văn bản ủy quyền", "Người nước ngoài phải nộp bản sao hộ chiếu": who must bring a paper.
WHO_MUST = re.compile(
    r"^(?P<who>(?:hồ sơ|người|công dân|nhân viên|khi thực hiện)\b[^;:.]{0,200}?),?\s+phải\s+"
    r"(?:có|nộp|kèm theo|gửi kèm|bổ sung)\s+(?:thêm\s+)?",
    ANY_CASE,
)
SOMEBODY = re.compile(r"(?:người|công dân)\b", ANY_CASE)
# "Văn bản … nếu là tổ chức; văn bản … nếu là cá nhân": whoever comes is one of the two.
ONE_OR_THE_OTHER = re.compile(r"\b(?:tổ chức|cá nhân|doanh nghiệp)\b", ANY_CASE)
